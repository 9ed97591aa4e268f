import { exampleRequest, type RequestParts } from '../packs/example-request.ts'
import { NotExercisedError } from '../test-case.ts'
import { createAuthenticator, type Overrides } from '../world/authenticator.ts'
import { replaceTexts } from '../world/cast.ts'
import type { ExampleInfo, Setup } from '../world/setup.ts'
import { withToken } from '../world/setups.ts'
import type { Stage } from '../world/stage.ts'

type Headers = RequestParts['headers']

/** Runs between the two steps of a ceremony. */
type Act = (stage: Stage, about: { email: string }) => Promise<unknown>

interface CeremonyOptions {
  /** Differences from what a real authenticator sends. The body is then sent without those of the example. */
  overrides?: Overrides | ((stage: Stage, headers: Headers) => Promise<Overrides>)
  act?: Act
  isExclusive?: boolean
  /** Further fields of the sign-up form. */
  form?: object
}

const authenticatorOf = ({ hooks: { origin } }: Stage) =>
  createAuthenticator(origin === undefined ? {} : { origin })

export async function post(stage: Stage, path: string, body?: unknown, headers: Headers = {}) {
  const request = { method: 'POST', path: `/api/auth/${path}`, headers, ...(body !== undefined && { body }) }
  const { response } = await stage.send(request)
  if (response.status !== 200)
    throw new NotExercisedError(
      `POST ${request.path}, which prepares the test, was answered with ${response.status}.`,
    )
  return response.body
}

/** Adds a passkey to the account of a token. */
export async function registerPasskey(stage: Stage, headers: Headers) {
  const authenticator = authenticatorOf(stage)
  const options = await post(stage, 'passkey/register/begin', undefined, headers)
  await post(stage, 'passkey/register/finish', await authenticator.create(options), headers)
  return authenticator
}

/** Registers a new passkey instead of that of the example. */
export const registration = ({ overrides, act, ...options }: CeremonyOptions = {}): Setup => ({
  ...options,
  // A server can keep one challenge per user, so tests do not share this user.
  needsNoPeople: true,
  async run(stage, parts, about) {
    const { headers } = withToken(parts, (await stage.createAccount()).access)
    const created = await post(stage, 'passkey/register/begin', undefined, headers)
    const changes = typeof overrides === 'function' ? await overrides(stage, headers) : overrides
    const fresh = await authenticatorOf(stage).create(created, changes)
    await act?.(stage, { email: '' })
    return { headers, body: changes ? fresh : withFresh(stage, parts.body, about, fresh) }
  },
})

/** Signs up with a new passkey instead of that of the example. */
export const signUp = ({ overrides, act, form, ...options }: CeremonyOptions = {}): Setup => ({
  ...options,
  needsNoPeople: true,
  async run(stage, { body }, about) {
    const { email, name } = stage.newPerson()
    const created = await post(stage, 'passkey/signup/begin', { email, name, ...form })
    const changes = typeof overrides === 'function' ? await overrides(stage, {}) : overrides
    const authenticator = authenticatorOf(stage)
    const fresh = await authenticator.create(created, changes)
    await act?.(stage, { email })
    const whole = { ...fresh, credentialId: authenticator.credentialId }
    return { body: changes ? fresh : withFresh(stage, body, about, whole) }
  },
})

/** Signs in with a new passkey instead of that of the example. */
export const signIn = ({ overrides, act, ...options }: CeremonyOptions = {}): Setup => ({
  ...options,
  needsNoPeople: true,
  async run(stage, parts, about) {
    const { access, email } = await stage.createAccount()
    const { headers } = withToken({ ...parts, headers: {} }, access)
    const authenticator = await registerPasskey(stage, headers)
    const changes = typeof overrides === 'function' ? await overrides(stage, headers) : overrides
    if (changes?.counter !== undefined) {
      // The counter has been higher before.
      const first = await post(stage, 'passkey/login/begin', {})
      await post(
        stage,
        'passkey/login/finish',
        await authenticator.get(first, { counter: changes.counter + 1 }),
      )
    }
    const fresh = await authenticator.get(await post(stage, 'passkey/login/begin', {}), changes)
    await act?.(stage, { email })
    return { body: changes ? fresh : withFresh(stage, parts.body, about, fresh) }
  },
})

/**
 * Puts the values of a new passkey into the body of an example. Values that differ from the example `ok`
 * stay, because they are the point of the example.
 */
function withFresh(
  { contract }: Stage,
  body: unknown,
  { operationId }: ExampleInfo,
  fresh: Record<string, string | null>,
): unknown {
  const operation = contract.operations.find(({ id }) => id === operationId)
  if (!operation) return body
  const [ok, { id, response }] = ['ok', 'credentialJson'].map(
    (name) => exampleRequest(contract, operation, name).body as Record<string, unknown>,
  ) as [Record<string, unknown>, { id: string; response: Record<string, unknown> }]
  const known: Record<string, unknown> = { ...response, ...ok, credentialId: id }
  const replacements = Object.entries(fresh).flatMap(([name, value]): [string, string][] => {
    const example = known[name]
    return typeof example === 'string' && value !== null ? [[example, value]] : []
  })
  return replaceTexts(body, new Map(replacements))
}
