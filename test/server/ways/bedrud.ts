import { createAuthenticator } from '../../support/authenticator.ts'
import type { TestSandbox } from '../../support/sandbox.ts'
import { type Arranged, type Arrangement, type Arrangements, signInAs, tokenOf } from '../cases.ts'
import { after, bearer, changed, having, injected, rejectingCommonPasswords } from './common.ts'

const mary = 'mary.major@example.com'
const invitation = 'inv_example-5d21c7'

const post = async (sandbox: TestSandbox, path: string, body?: unknown, headers?: Record<string, string>) => {
  const answer = await sandbox.call('POST', `/api/auth/${path}`, body, headers)
  return (await answer.json()) as Record<string, never>
}

const guest: Arrangement = async (sandbox) =>
  bearer((await post(sandbox, 'guest-login', { name: 'Guest User' })).accessToken ?? '')

/** A refresh token of Mary that something has happened to. */
const refreshToken =
  (happen: (sandbox: TestSandbox, token: string, accessToken: string) => Promise<unknown>): Arrangement =>
  async (sandbox) => {
    const tokens = await signInAs(sandbox, mary)
    await happen(sandbox, tokens.refreshToken, tokens.accessToken)
    return { body: { refreshToken: tokens.refreshToken } }
  }

/** Between the two steps of signing up with a passkey, something happens. */
const betweenSignUp =
  (happen: (sandbox: TestSandbox) => Promise<unknown>, start: object = {}): Arrangement =>
  async (sandbox) => {
    const form = { email: 'new@example.org', name: 'New', ...start }
    const options = await post(sandbox, 'passkey/signup/begin', form)
    const body = await createAuthenticator().create(options as never)
    await happen(sandbox)
    return { body }
  }

/** The way of a browser to a provider and back, up to the callback. */
const comingBack =
  (consent: object, settings?: object): Arrangement =>
  async (sandbox): Promise<Arranged> => {
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
const newcomer = { decision: 'approve', account: 'dana@example.com' }
const lin = { decision: 'approve', account: 'lin.chen@example.net' }
const closed = { registration: 'closed' }
const inviteOnly = { registration: 'inviteOnly' }

export const bedrud: Arrangements = {
  rateLimited: async (sandbox, { operationId }) => {
    await sandbox.control('settings', { limits: { [operationId]: { max: 0, windowSeconds: 60 } } })
    return undefined
  },
  commonPassword: async (sandbox, one) => {
    await rejectingCommonPasswords(sandbox, one)
    return { body: { email: 'new@example.org', password: 'password123', name: 'New Person' } }
  },
  registrationDisabled: having(closed),
  'finishPasskeySignUp registrationDisabled': betweenSignUp((sandbox) => sandbox.control('settings', closed)),
  'finishOAuth registrationDisabled': comingBack(newcomer, closed),
  inviteRequired: having(inviteOnly),
  'finishPasskeySignUp inviteRequired': betweenSignUp((sandbox) => sandbox.control('settings', inviteOnly)),
  'finishOAuth inviteRequired': comingBack(newcomer, inviteOnly),
  'signUp inviteInvalid': async (sandbox) => {
    await sandbox.control('settings', inviteOnly)
    const form = { email: 'new@example.org', password: 'a fine passphrase', name: 'New Person' }
    return { body: { ...form, inviteToken: 'inv_unknown' } }
  },
  'startPasskeySignUp inviteInvalid': async (sandbox) => {
    await sandbox.control('settings', inviteOnly)
    return { body: { email: 'new@example.org', name: 'New Person', inviteToken: 'inv_unknown' } }
  },
  // Somebody else uses the invitation between the steps.
  'finishPasskeySignUp inviteInvalid': async (sandbox, about) => {
    await sandbox.control('settings', inviteOnly)
    const other = { email: 'other@example.org', password: 'a fine passphrase', name: 'Other' }
    return betweenSignUp((all) => post(all, 'register', { ...other, inviteToken: invitation }), {
      inviteToken: invitation,
    })(sandbox, about)
  },
  'finishPasskeySignUp emailTaken': betweenSignUp((sandbox) =>
    post(sandbox, 'register', { email: 'new@example.org', password: 'a fine passphrase', name: 'Other' }),
  ),
  'finishOAuth emailTaken': comingBack({ decision: 'approve', account: 'ada@example.org' }),
  guestsDisabled: having({ guests: false }),
  guest,
  noAvatar: async (sandbox) => bearer(await tokenOf(sandbox, 'ada@example.org')),
  google: async (sandbox, about) => {
    const { query = {}, headers = {} } = (await comingBack(lin)(sandbox, about)) ?? {}
    const path = `/api/auth/google/callback?${new URLSearchParams(query as Record<string, string>)}`
    const answer = await sandbox.call('GET', path, undefined, headers as Record<string, string>)
    return bearer(((await answer.json()) as { accessToken: string }).accessToken)
  },
  expiredToken: after(mary, 3601),
  'refreshTokens expiredToken': refreshToken((sandbox) =>
    sandbox.control('clock', { advanceSeconds: 604_801 }),
  ),
  rotatedToken: refreshToken((sandbox, token) => post(sandbox, 'refresh', { refreshToken: token })),
  supersededToken: refreshToken((sandbox) => signInAs(sandbox, mary)),
  signedOut: refreshToken((sandbox, token, accessToken) =>
    post(sandbox, 'logout', { refreshToken: token }, bearer(accessToken).headers),
  ),
  userDeleted: changed(mary, { status: 'deleted' }),
  'refreshTokens userDeleted': refreshToken((sandbox) =>
    sandbox.control('settings', { users: [{ user: mary, status: 'deleted' }] }),
  ),
  deactivated: changed(mary, { status: 'disabled' }),
  'refreshTokens deactivated': refreshToken((sandbox) =>
    sandbox.control('settings', { users: [{ user: mary, status: 'disabled' }] }),
  ),
  'finishOAuth deactivated': comingBack(lin, { users: [{ user: lin.account, status: 'disabled' }] }),
  cookieOnly: async (sandbox) => ({
    headers: { authorization: undefined, cookie: `access_token=${await tokenOf(sandbox, mary)}` },
  }),
  anotherPasskey: async (sandbox) => bearer(await tokenOf(sandbox, 'ada@example.org')),
  passkeysDisabled: having({ passkeys: false }),
  // Those of the seed are good for a day, longer than real ones.
  expiredChallenge: async (sandbox) => {
    await sandbox.control('clock', { advanceSeconds: 86_401 })
    return undefined
  },
  'startOAuth providerFailed': injected,
  'finishOAuth providerFailed': comingBack(lin, { providers: { google: 'failing' } }),
  declined: comingBack({ decision: 'deny' }),
  missingSession: async () => ({ headers: { cookie: undefined } }),
  missingEmail: comingBack({ decision: 'approve', account: 'dana@example.com', emailVerified: false }),
}
