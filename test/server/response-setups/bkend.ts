import { accessTokenOf, type Setup, type Setups, signInAs } from '../cases.ts'
import { afterSeconds, afterUserChange, bearer, byFault, withSettings, withZeroLimits } from './common.ts'

const mina = 'user@example.com'
const withKey = (key: string | undefined) => async () => ({
  headers: { 'x-api-key': key, authorization: undefined },
})
const key = { 'x-api-key': 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' }
const wrong = { method: 'password', email: mina, password: 'not the right one' }

/** Sends five wrong passwords. The case sends the sixth. */
const afterWrongPasswords: Setup = async (sandbox, { operationId }) => {
  const token = await accessTokenOf(sandbox, mina)
  for (let count = 0; count < 5; count++) await sandbox.call('POST', '/v1/auth/email/signin', wrong, key)
  return operationId === 'signIn'
    ? { body: wrong }
    : { ...bearer(token), body: { currentPassword: 'not the right one', newPassword: 'amber-compass-64' } }
}

const mail =
  (path: string, email: string): Setup =>
  async (sandbox) => {
    await sandbox.call('POST', path, { email }, key)
    return { body: { email } }
  }

/** Signs Leo in with the OAuth code of the examples. The account has no password. */
const tokenOfLeo: Setup = async (sandbox) => {
  const body = { code: '4/0AX-leo', redirectUri: 'https://app.example.com/cb' }
  const response = await sandbox.call('POST', '/v1/auth/google/callback', body, key)
  return bearer(((await response.json()) as { accessToken: string }).accessToken)
}

const idOfMina = '3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10'

/** Uploads a file that claims to be a PNG image. */
const notAnImage: Setup = async (sandbox) => {
  const signedIn = bearer(await accessTokenOf(sandbox, mina))
  const path = `/v1/users/${idOfMina}/avatar/upload-url`
  const file = { filename: 'mina.png', contentType: 'image/png' }
  const created = await sandbox.call('POST', path, file, { ...key, ...signedIn.headers })
  const { url, key: s3Key } = (await created.json()) as { url: string; key: string }
  const put = { method: 'PUT', headers: { 'content-type': 'image/png' }, body: '<svg />' }
  await sandbox.fetch(new Request(url, put))
  return { ...signedIn, body: { s3Key } }
}

const failing = { providers: { google: 'failing' } }
const unconfigured = { providers: { google: 'unconfigured' } }

export const bkend: Setups = {
  rateLimited: withZeroLimits(mina, 'requests'),
  missingKey: withKey(undefined),
  malformedKey: withKey('{pk_publishable_key}'),
  unknownKey: withKey(`pk_${'0'.repeat(64)}`),
  revokedKey: withKey('pk_dead0000beef0000dead0000beef0000dead0000beef0000dead0000beef0000'),
  expiredKey: withKey('pk_2025000000002025202500000000202520250000000020252025000000002025'),
  emailNotVerified: async (sandbox) => {
    await sandbox.control('settings', { requireVerifiedEmail: true })
    return { body: { method: 'password', email: 'ruben@example.com', password: 'paper-lantern-58' } }
  },
  tooManyAttempts: afterWrongPasswords,
  accountLocked: async (sandbox, about) => {
    await sandbox.control('settings', { limits: { failuresByAddress: null } })
    return afterWrongPasswords(sandbox, about)
  },
  'sendVerificationEmail tooManyMails': mail('/v1/auth/email/verify/send', 'ruben@example.com'),
  'resendVerificationEmail tooManyMails': mail('/v1/auth/email/verify/resend', 'ruben@example.com'),
  'requestPasswordReset tooManyMails': mail('/v1/auth/password/reset/request', 'sora@example.com'),
  unverified: async (sandbox) => bearer(await accessTokenOf(sandbox, 'ruben@example.com')),
  oauthUser: tokenOfLeo,
  admin: async (sandbox) => bearer(await accessTokenOf(sandbox, 'hana@example.com')),
  malformedToken: async () => ({ headers: { authorization: 'Bearer not.a-token' } }),
  expiredToken: afterSeconds(mina, 3601),
  wrongProject: async (sandbox) => ({
    headers: {
      ...bearer(await accessTokenOf(sandbox, mina)).headers,
      'x-api-key': 'pk_89abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567',
    },
  }),
  userDeleted: afterUserChange(mina, { status: 'deleted' }),
  'refreshTokens userDeleted': async (sandbox) => {
    const { refreshToken } = await signInAs(sandbox, mina)
    await sandbox.control('settings', { users: [{ user: mina, status: 'deleted' }] })
    return { body: { refreshToken } }
  },
  noPassword: tokenOfLeo,
  providerNotConfigured: withSettings(unconfigured),
  'finishOAuth providerNotConfigured': async (sandbox) => {
    await sandbox.control('settings', unconfigured)
    return { query: { code: '4/0AX-leo' } }
  },
  // Deleting the account also deletes the mailed token, so only a fault can cause this response.
  accountDeleted: byFault,
  missingRedirect: async () => ({ query: { redirect: undefined } }),
  missingState: async () => ({ query: { state: undefined } }),
  missingCode: async () => ({ query: { code: undefined } }),
  providerFailed: withSettings(failing),
  hiddenUser: async (sandbox) => {
    await sandbox.control('settings', { publicProfiles: false })
    return { params: { userId: '8d0e4f72-1b3c-4a9d-b6e5-2c7f90a1d384' } }
  },
  unknownUser: async (sandbox) => ({
    ...bearer(await accessTokenOf(sandbox, 'hana@example.com')),
    params: { userId: '00000000-0000-4000-8000-000000000000' },
  }),
  notAnImage,
  // The sandbox rejects a larger file at the upload. S3-compatible storage cannot.
  fileTooLarge: byFault,
  bucketNotConfigured: withSettings({ fileStorage: false }),
}
