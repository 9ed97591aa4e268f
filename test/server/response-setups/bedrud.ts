import { createAuthenticator } from '../../../src/conformance/world/authenticator.ts'
import type { TestSandbox } from '../../support/sandbox.ts'
import { accessTokenOf, type RequestOverrides, type Setup, type Setups, signInAs } from '../cases.ts'
import {
  afterSeconds,
  afterUserChange,
  bearer,
  byFault,
  withoutCommonPasswords,
  withSettings,
} from './common.ts'

const mary = 'mary.major@example.com'
const invitation = 'inv_example-5d21c7'

const post = async (sandbox: TestSandbox, path: string, body?: unknown, headers?: Record<string, string>) => {
  const response = await sandbox.call('POST', `/api/auth/${path}`, body, headers)
  return (await response.json()) as Record<string, never>
}

const guest: Setup = async (sandbox) =>
  bearer((await post(sandbox, 'guest-login', { name: 'Guest User' })).accessToken ?? '')

/** Sends a refresh token of Mary after `act`. */
const refreshToken =
  (act: (sandbox: TestSandbox, token: string, accessToken: string) => Promise<unknown>): Setup =>
  async (sandbox) => {
    const tokens = await signInAs(sandbox, mary)
    await act(sandbox, tokens.refreshToken, tokens.accessToken)
    return { body: { refreshToken: tokens.refreshToken } }
  }

/** Runs `act` between the two steps of signing up with a passkey. */
const betweenSignUpSteps =
  (act: (sandbox: TestSandbox) => Promise<unknown>, start: object = {}): Setup =>
  async (sandbox) => {
    const form = { email: 'new@example.org', name: 'New', ...start }
    const options = await post(sandbox, 'passkey/signup/begin', form)
    const body = await createAuthenticator().create(options as never)
    await act(sandbox)
    return { body }
  }

/** Starts OAuth and decides the consent. The case sends the callback. */
const afterConsent =
  (consent: object, settings?: object): Setup =>
  async (sandbox): Promise<RequestOverrides> => {
    const { headers } = await sandbox.call('GET', '/api/auth/google/login')
    const location = new URL(headers.get('location') ?? '')
    await sandbox.call('GET', location.href.slice(sandbox.publicUrl.length))
    const { redirectTo } = await sandbox.control<{ redirectTo: string }>('oauth', {
      consent: location.searchParams.get('state'),
      ...consent,
    })
    if (settings) await sandbox.control('settings', settings)
    const query = Object.fromEntries(new URL(redirectTo).searchParams)
    const cookie = headers.get('set-cookie')?.split(';')[0]
    return { query, headers: { cookie } }
  }
const newAccount = { decision: 'approve', account: 'dana@example.com' }
const lin = { decision: 'approve', account: 'lin.chen@example.net' }
const closed = { registration: 'closed' }
const inviteOnly = { registration: 'inviteOnly' }

export const bedrud: Setups = {
  rateLimited: async (sandbox, { operationId }) => {
    await sandbox.control('settings', { limits: { [operationId]: { max: 0, windowSeconds: 60 } } })
    return undefined
  },
  commonPassword: async (sandbox, contractCase) => {
    await withoutCommonPasswords(sandbox, contractCase)
    return { body: { email: 'new@example.org', password: 'password123', name: 'New Person' } }
  },
  registrationDisabled: withSettings(closed),
  'finishPasskeySignUp registrationDisabled': betweenSignUpSteps((sandbox) =>
    sandbox.control('settings', closed),
  ),
  'finishOAuth registrationDisabled': afterConsent(newAccount, closed),
  inviteRequired: withSettings(inviteOnly),
  'finishPasskeySignUp inviteRequired': betweenSignUpSteps((sandbox) =>
    sandbox.control('settings', inviteOnly),
  ),
  'finishOAuth inviteRequired': afterConsent(newAccount, inviteOnly),
  'signUp inviteInvalid': async (sandbox) => {
    await sandbox.control('settings', inviteOnly)
    const form = { email: 'new@example.org', password: 'a fine passphrase', name: 'New Person' }
    return { body: { ...form, inviteToken: 'inv_unknown' } }
  },
  'startPasskeySignUp inviteInvalid': async (sandbox) => {
    await sandbox.control('settings', inviteOnly)
    return { body: { email: 'new@example.org', name: 'New Person', inviteToken: 'inv_unknown' } }
  },
  // Another user consumes the invitation between the steps.
  'finishPasskeySignUp inviteInvalid': async (sandbox, about) => {
    await sandbox.control('settings', inviteOnly)
    const other = { email: 'other@example.org', password: 'a fine passphrase', name: 'Other' }
    return betweenSignUpSteps((all) => post(all, 'register', { ...other, inviteToken: invitation }), {
      inviteToken: invitation,
    })(sandbox, about)
  },
  'finishPasskeySignUp emailTaken': betweenSignUpSteps((sandbox) =>
    post(sandbox, 'register', { email: 'new@example.org', password: 'a fine passphrase', name: 'Other' }),
  ),
  'finishOAuth emailTaken': afterConsent({ decision: 'approve', account: 'ada@example.org' }),
  'getSettings inviteOnly': withSettings({
    registration: 'inviteOnly',
    guests: false,
    passkeys: false,
    providers: { google: 'unconfigured', github: 'unconfigured', twitter: 'unconfigured' },
  }),
  guestsDisabled: withSettings({ guests: false }),
  guest,
  noAvatar: async (sandbox) => bearer(await accessTokenOf(sandbox, 'ada@example.org')),
  google: async (sandbox, about) => {
    const { query = {}, headers = {} } = (await afterConsent(lin)(sandbox, about)) ?? {}
    const path = `/api/auth/google/callback?${new URLSearchParams(query as Record<string, string>)}`
    const response = await sandbox.call('GET', path, undefined, headers as Record<string, string>)
    return bearer(((await response.json()) as { accessToken: string }).accessToken)
  },
  expiredToken: afterSeconds(mary, 3601),
  'refreshTokens expiredToken': refreshToken((sandbox) =>
    sandbox.control('clock', { advanceSeconds: 604_801 }),
  ),
  rotatedToken: refreshToken((sandbox, token) => post(sandbox, 'refresh', { refreshToken: token })),
  supersededToken: refreshToken((sandbox) => signInAs(sandbox, mary)),
  signedOut: refreshToken((sandbox, token, accessToken) =>
    post(sandbox, 'logout', { refreshToken: token }, bearer(accessToken).headers),
  ),
  userDeleted: afterUserChange(mary, { status: 'deleted' }),
  'refreshTokens userDeleted': refreshToken((sandbox) =>
    sandbox.control('settings', { users: [{ user: mary, status: 'deleted' }] }),
  ),
  deactivated: afterUserChange(mary, { status: 'disabled' }),
  'refreshTokens deactivated': refreshToken((sandbox) =>
    sandbox.control('settings', { users: [{ user: mary, status: 'disabled' }] }),
  ),
  'finishOAuth deactivated': afterConsent(lin, { users: [{ user: lin.account, status: 'disabled' }] }),
  cookieOnly: async (sandbox) => ({
    headers: { authorization: undefined, cookie: `access_token=${await accessTokenOf(sandbox, mary)}` },
  }),
  anotherPasskey: async (sandbox) => bearer(await accessTokenOf(sandbox, 'ada@example.org')),
  passkeysDisabled: withSettings({ passkeys: false }),
  // Seeded challenges are valid for a day, longer than real ones.
  expiredChallenge: async (sandbox) => {
    await sandbox.control('clock', { advanceSeconds: 86_401 })
    return undefined
  },
  'startOAuth providerFailed': byFault,
  'finishOAuth providerFailed': afterConsent(lin, { providers: { google: 'failing' } }),
  declined: afterConsent({ decision: 'deny' }),
  missingSession: async () => ({ headers: { cookie: undefined } }),
  missingEmail: afterConsent({ decision: 'approve', account: 'dana@example.com', emailVerified: false }),
}
