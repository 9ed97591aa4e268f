import type { ResponseData } from '../exchange.ts'
import type { RequestParts } from '../packs/example-request.ts'
import { NotExercisedError } from '../test-case.ts'
import type { Person } from '../variants/adapter.ts'
import type { Consent } from './hooks.ts'
import type { Setup } from './setup.ts'
import type { Account, Stage } from './stage.ts'

/** The parts of the request that a browser sends to the callback of a provider. */
interface Callback {
  query: RequestParts['query']
  headers: Record<string, string>
}

/** @throws {NotExercisedError} if the API supports the provider, but the server has no credentials for it */
export function assertHasProvider({ adapter, hooks }: Stage, provider: string | undefined): void {
  const isSupported = adapter?.oauth?.providers.some((name) => name === provider)
  if (isSupported && hooks.providers?.includes(provider ?? '') === false)
    throw new NotExercisedError(`The server has no credentials for ${provider}.`)
}

/**
 * Returns a provider that the server has credentials for.
 * @throws {NotExercisedError} if it has none
 */
export function anyProvider({ adapter, hooks }: Stage): string {
  const found = adapter?.oauth?.providers.find((name) => hooks.providers?.includes(name) ?? true)
  if (found === undefined) throw new NotExercisedError('The server has no credentials for any provider.')
  return found
}

/** Starts a sign-in. The callback has the `state`, but no code yet. */
export async function startSignIn(
  stage: Stage,
  provider: string,
): Promise<Callback & { authorizationUrl: string; query: { state: string } }> {
  assertHasProvider(stage, provider)
  const oauth = stage.adapter?.oauth
  if (!oauth) throw new NotExercisedError('The API has no sign-in through OAuth providers.')
  const { response } = await stage.send(oauth.start(provider, oauth.redirectTarget))
  const authorizationUrl = oauth.authorizationUrlIn(response)
  const state = authorizationUrl && new URL(authorizationUrl).searchParams.get('state')
  if (!authorizationUrl || !state)
    throw new NotExercisedError(
      `The start of a sign-in with ${provider} was answered with ${response.status}.`,
    )
  return { authorizationUrl, query: { state }, headers: cookieHeader(response) }
}

/** The header with which a browser returns the cookies of a response. */
export function cookieHeader({ headers }: ResponseData): Record<string, string> {
  const cookies = headers.getSetCookie().map((each) => each.split(';')[0])
  return cookies.length > 0 ? { cookie: cookies.join('; ') } : {}
}

/**
 * Answers the consent page of a started sign-in; approves as a new person by default.
 * @returns the URL of the callback, which is not called
 */
export function answerConsent(
  stage: Stage,
  authorizationUrl: string,
  consent: Partial<Omit<Consent, 'authorizationUrl'>> = {},
): Promise<string> {
  return stage.hook('decideConsent')({
    authorizationUrl,
    decision: 'approve',
    emailVerified: true,
    email: consent.email ?? stage.newPerson().email,
    ...consent,
  })
}

/** Starts a sign-in and answers the consent page. */
export async function decideSignIn(
  stage: Stage,
  provider: string,
  consent?: Parameters<typeof answerConsent>[2],
): Promise<Callback> {
  const { authorizationUrl, headers } = await startSignIn(stage, provider)
  const url = await answerConsent(stage, authorizationUrl, consent)
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
