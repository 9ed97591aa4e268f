import { NotExercisedError } from '../test-case.ts'
import {
  afterConsent,
  afterConsentOfPasswordUser,
  afterStart,
  createOAuthAccount,
  decideSignIn,
  startSignIn,
} from '../world/oauth.ts'
import type { Setup } from '../world/setup.ts'
import {
  afterChange,
  afterSeconds,
  asRole,
  byFault,
  tokenSetup,
  withCommonPasswordsRefused,
  withoutAllowance,
  withoutHeaders,
  withoutQuery,
  withSettings,
  withToken,
} from '../world/setups.ts'
import type { Stage } from '../world/stage.ts'
import { hana, leo, mailedResetToken, mailedVerificationToken, mina, ruben, sora } from './bkend-cast.ts'

const day = 24 * 60 * 60

/** Sends another API key, and no token. */
const withKey = (key: string): Setup => ({
  needsNoPeople: true,
  run: async (_, parts) => ({
    headers: { ...withoutHeaders(parts, 'authorization').headers, 'x-api-key': key },
  }),
})

/** Sends the refresh token of an account after `act`. */
const refreshTokenAfter = (act: (stage: Stage, account: Tokens) => Promise<unknown>): Setup => ({
  needsNoPeople: true,
  async run(stage) {
    const account = await stage.createAccount()
    await act(stage, account)
    return { body: { refreshToken: account.refresh } }
  },
})
type Tokens = Awaited<ReturnType<Stage['createAccount']>>

/** Sends a mailed token of an account after its lifetime. */
const expiredMailToken = (mailed: typeof mailedResetToken): Setup => ({
  isExclusive: true,
  needsNoPeople: true,
  async run(stage, { body }) {
    const account = await stage.createAccount()
    const token = await mailed(stage, account)
    await stage.hook('advanceClock')(day + 1)
    return { body: { ...(body as object), email: account.email, token } }
  },
})

/** Sends the email of an account whose email is verified. */
const alreadyVerified: Setup = {
  needsNoPeople: true,
  async run(stage, { body }) {
    const account = await stage.createAccount()
    const token = await mailedVerificationToken(stage, account)
    const request = stage.adapter?.verify?.({ email: account.email, token, access: account.access })
    if (request) await stage.send(request)
    return { body: { ...(body as object), email: account.email } }
  },
}

/** Sends a wrong password more often than allowed. */
const afterWrongPasswords = (
  limits: Record<string, { max: number; windowSeconds: number } | null>,
): Setup => ({
  isExclusive: true,
  needsNoPeople: true,
  async run(stage, parts, { operationId }) {
    const { email, access } = await stage.createAccount()
    const wrong = { email, password: 'not the right one' }
    await stage.changeSettings({ rateLimits: true, limits })
    const request = stage.adapter?.signIn(wrong)
    if (request) await stage.send(request)
    return operationId === 'signIn'
      ? { body: { method: 'password', ...wrong } }
      : {
          ...withToken(parts, access),
          body: { currentPassword: wrong.password, newPassword: 'amber-compass-64' },
        }
  },
})

/** Requests a second mail before the pause between mails has passed. */
const tooManyMails: Setup = {
  isExclusive: true,
  needsNoPeople: true,
  async run(stage, { method, template, headers, mediaType = '' }) {
    const body = { email: (await stage.createAccount()).email }
    await stage.changeSettings({ rateLimits: true, limits: { mailPause: { max: 1, windowSeconds: 60 } } })
    await stage.send({ method, path: template, headers: { ...headers, 'content-type': mediaType }, body })
    return { body }
  },
}

/** Uploads a file for the avatar, and sends its key. */
const afterUpload = (content: string | Uint8Array<ArrayBuffer>): Setup => ({
  async run(stage, { path, headers }) {
    const upload = await stage.send({
      method: 'POST',
      path: `/v1/users/${path.userId}/avatar/upload-url`,
      headers,
      body: { filename: 'avatar.png', contentType: 'image/png' },
    })
    if (upload.response.status !== 200)
      throw new NotExercisedError(`The upload URL was answered with ${upload.response.status}.`)
    const { url, key } = upload.response.body
    await fetch(url, { method: 'PUT', headers: { 'content-type': 'image/png' }, body: content })
    return { body: { s3Key: key } }
  },
})

/** The smallest PNG image: one transparent pixel. */
const pixel = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
)

const unconfigured = { providers: { google: 'unconfigured' } }

export const setups: Record<string, Setup> = {
  'signUp weakPassword': withCommonPasswordsRefused,
  'confirmPasswordReset weakPassword': withCommonPasswordsRefused,
  'changePassword weakPassword': withCommonPasswordsRefused,
  'sendVerificationEmail alreadyVerified': alreadyVerified,
  'resendVerificationEmail alreadyVerified': alreadyVerified,
  'verifyEmail alreadyVerified': alreadyVerified,
  'verifyEmail expiredMailToken': expiredMailToken(mailedVerificationToken),
  'confirmPasswordReset expiredMailToken': expiredMailToken(mailedResetToken),
  'finishOAuth ok': afterConsent(),
  'finishOAuth newUser': afterConsent(),
  'finishOAuth accessDenied': afterConsent({ decision: 'deny' }),
  'finishOAuth invalidCode': afterStart('4/0AX-unknown'),
  'finishOAuth accountBanned': {
    needsNoPeople: true,
    async run(stage, { path: { provider = '' } }) {
      const { email } = await createOAuthAccount(stage, provider, stage.newPerson())
      await stage.hook('changeUser')(email, { status: 'disabled' })
      return decideSignIn(stage, provider, { email })
    },
  },
  'finishOAuth otherMethod': afterConsentOfPasswordUser,
  'exchangeOAuthCode foreignState': {
    needsNoPeople: true,
    async run(stage, { body }) {
      const { query } = await startSignIn(stage, 'github')
      return { body: { ...(body as object), ...query } }
    },
  },
  'refreshTokens reusedRefreshToken': refreshTokenAfter(async ({ adapter, send }, { refresh }) => {
    if (adapter?.refresh) await send(adapter.refresh(refresh ?? ''))
  }),
  'refreshTokens expiredSession': {
    ...refreshTokenAfter((stage) => stage.hook('advanceClock')(7 * day + 1)),
    isExclusive: true,
  },
  'refreshTokens userDeleted': refreshTokenAfter((stage, { email }) =>
    stage.hook('changeUser')(email, { status: 'deleted' }),
  ),
  'updateUserAvatar ok': afterUpload(pixel),
  rateLimited: withoutAllowance('requests'),
  missingKey: {
    needsNoPeople: true,
    run: async (_, parts) => withoutHeaders(parts, 'x-api-key', 'authorization'),
  },
  malformedKey: withKey('{pk_publishable_key}'),
  unknownKey: withKey(`pk_${'0'.repeat(64)}`),
  revokedKey: withKey('pk_dead0000beef0000dead0000beef0000dead0000beef0000dead0000beef0000'),
  expiredKey: withKey('pk_2025000000002025202500000000202520250000000020252025000000002025'),
  emailNotVerified: withSettings(
    { requireVerifiedEmail: true },
    {
      async run(stage) {
        const { email, password } = await stage.play(ruben)
        return { body: { method: 'password', email, password } }
      },
    },
  ),
  tooManyAttempts: afterWrongPasswords({ failuresByAddress: { max: 1, windowSeconds: 60 } }),
  accountLocked: afterWrongPasswords({
    failuresByAddress: null,
    failuresByAccount: { max: 1, windowSeconds: 60 },
  }),
  tooManyMails,
  unverified: asRole(ruben),
  oauthUser: asRole(leo),
  noPassword: asRole(leo),
  admin: asRole(hana),
  malformedToken: tokenSetup('not.a-token'),
  expiredToken: afterSeconds(mina, 3601),
  wrongProject: {
    async run(stage, parts) {
      const { headers } = withToken(parts, (await stage.play(mina)).access)
      const key = 'pk_89abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567'
      return { headers: { ...headers, 'x-api-key': key } }
    },
  },
  userDeleted: afterChange({ status: 'deleted' }),
  providerNotConfigured: withSettings(unconfigured),
  'finishOAuth providerNotConfigured': withSettings(unconfigured, afterStart('4/0AX-leo')),
  // Deleting the account also deletes the mailed token, so only a fault can cause this response.
  accountDeleted: byFault,
  missingRedirect: withoutQuery('redirect'),
  missingState: withoutQuery('state'),
  missingCode: withoutQuery('code'),
  providerFailed: withSettings({ providers: { google: 'failing' } }),
  hiddenUser: withSettings(
    { publicProfiles: false },
    { run: async (stage) => ({ path: { userId: (await stage.play(sora)).id } }) },
  ),
  unknownUser: {
    async run(stage, parts) {
      const { access } = await stage.play(hana)
      return { ...withToken(parts, access), path: { userId: '00000000-0000-4000-8000-000000000000' } }
    },
  },
  notAnImage: afterUpload('<svg />'),
  // A server can reject a larger file at the upload.
  fileTooLarge: byFault,
  bucketNotConfigured: withSettings({ fileStorage: false }),
}

/** Two-factor authentication, API keys and authorization codes that no client can create. */
export const needsExampleData = [
  'signIn mfaRequired',
  'signIn wrongMfaCode',
  'exchangeOAuthCode ok',
  'exchangeOAuthCode newUser',
  'exchangeOAuthCode accountBanned',
  'exchangeOAuthCode otherMethod',
  'revokedKey',
  'expiredKey',
  'wrongProject',
]
