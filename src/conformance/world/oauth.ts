import type { RequestParts } from '../packs/example-request.ts'
import { NotExercisedError } from '../test-case.ts'
import type { Person } from '../variants/adapter.ts'
import type { Consent } from './hooks.ts'
import type { Account, Setup, Stage } from './stage.ts'

/** The parts of the request that a browser sends to the callback of a provider. */
type Callback = Pick<RequestParts, 'query' | 'headers'>

/** Starts a sign-in. The callback has the `state`, but no code yet. */
export async function startSignIn(
  stage: Stage,
  provider: string,
): Promise<Callback & { authorizationUrl: string }> {
  const oauth = stage.adapter?.oauth
  if (!oauth) throw new NotExercisedError('The API has no sign-in through OAuth providers.')
  const { response } = await stage.send(oauth.start(provider, oauth.redirectTarget))
  const authorizationUrl = oauth.authorizationUrlIn(response)
  const state = authorizationUrl && new URL(authorizationUrl).searchParams.get('state')
  if (!authorizationUrl || !state)
    throw new NotExercisedError(
      `The start of a sign-in with ${provider} was answered with ${response.status}.`,
    )
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  return { authorizationUrl, query: { state }, headers: cookie ? { cookie } : {} }
}

/** Starts a sign-in and decides the consent. */
export async function decideSignIn(
  stage: Stage,
  provider: string,
  consent: Partial<Pick<Consent, 'decision' | 'email' | 'emailVerified'>> = {},
): Promise<Callback> {
  const decideConsent = stage.hook('decideConsent')
  const { authorizationUrl, headers } = await startSignIn(stage, provider)
  const url = await decideConsent({
    authorizationUrl,
    decision: 'approve',
    emailVerified: true,
    email: consent.email ?? stage.newPerson().email,
    ...consent,
  })
  return { query: Object.fromEntries(new URL(url).searchParams), headers }
}

/** Sends the callback of a sign-in whose consent was decided. */
export const afterConsent = (consent: Parameters<typeof decideSignIn>[2] = {}): Setup => ({
  needsNoPeople: true,
  run: (stage, { path }) => decideSignIn(stage, path.provider ?? '', consent),
})

/** Sends the callback of a started sign-in with a code, or without one. */
export const afterStart = (code?: string): Setup => ({
  needsNoPeople: true,
  async run(stage, { path }) {
    const { query, headers } = await startSignIn(stage, path.provider ?? '')
    return { query: { ...query, ...(code !== undefined && { code }) }, headers }
  },
})

/** Sends the callback for the email of an account that signs in with a password. */
export const afterConsentOfPasswordUser: Setup = {
  needsNoPeople: true,
  async run(stage, { path }) {
    const { email } = await stage.createAccount()
    return decideSignIn(stage, path.provider ?? '', { email })
  },
}

/** Signs a person up through a provider, so that the account has no password. */
export async function createOAuthAccount(stage: Stage, provider: string, person: Person): Promise<Account> {
  const { contract, adapter, send } = stage
  const callback = contract.operations.find(({ id }) => id === 'finishOAuth')
  if (!adapter?.oauth || !callback)
    throw new NotExercisedError('The API has no sign-in through OAuth providers.')
  const { query, headers } = await decideSignIn(stage, provider, { email: person.email })
  const path = callback.path.replace('{provider}', provider)
  const { response } = await send({
    method: 'GET',
    path: `${path}?${new URLSearchParams(query as Record<string, string>)}`,
    headers,
  })
  const credential = adapter.oauth.credentialIn(response)
  if (!credential)
    throw new NotExercisedError(`The sign-up with ${provider} was answered with ${response.status}.`)
  const me = await send(adapter.getCurrentUser(credential.access))
  return { ...person, ...credential, id: adapter.userIdIn(me.response) }
}
