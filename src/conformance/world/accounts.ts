import type { ResponseData } from '../exchange.ts'
import { NotExercisedError } from '../test-case.ts'
import type { Adapter, Credential, Person } from '../variants/adapter.ts'
import type { Account, Stage } from './stage.ts'

/**
 * Reads the tokens from the response to a sign-in, or to a sign-up that signs in.
 * @throws {NotExercisedError} if the adapter finds no access token
 */
export function readCredential({ name, credentialIn }: Adapter, response: ResponseData): Credential {
  const credential = credentialIn(response)
  if (typeof credential.access === 'string') return credential
  throw new NotExercisedError(
    `credentialIn of the adapter ${name} found no access token in a response with ${response.status}.`,
  )
}

/** Creates users through the API, and signs them in. */
export function accountsOf({
  adapter,
  send,
  newPerson,
  mailedToken,
}: Pick<Stage, 'adapter' | 'send' | 'newPerson' | 'mailedToken'>): Pick<Stage, 'createAccount' | 'signIn'> {
  function knownAdapter(): Adapter {
    if (!adapter) throw new NotExercisedError('The contract has no adapter.')
    return adapter
  }

  async function signIn(person: Pick<Person, 'email' | 'password'>): Promise<Credential> {
    const { signIn: request, statuses } = knownAdapter()
    const { response } = await send(request(person))
    if (response.status !== statuses.signedIn)
      throw new NotExercisedError(`The sign-in of a new user was answered with ${response.status}.`)
    return readCredential(knownAdapter(), response)
  }

  async function createAccount(overrides: Partial<Person> = {}): Promise<Account> {
    const { signUp, statuses, signUpSignsIn, requiresVerification, verify } = knownAdapter()
    const person = newPerson(overrides)
    const { response } = await send(signUp(person))
    if (response.status !== statuses.signedUp)
      throw new NotExercisedError(`The sign-up of a new user was answered with ${response.status}.`)
    if (requiresVerification && verify)
      await send(verify({ email: person.email, token: await mailedToken(person.email, 'verifyEmail') }))
    const credential = signUpSignsIn ? readCredential(knownAdapter(), response) : await signIn(person)
    return { ...person, ...credential, id: await idOf(response, credential) }
  }

  async function idOf(signedUp: ResponseData, { access }: Credential): Promise<string> {
    const { userIdIn, getCurrentUser } = knownAdapter()
    return userIdIn(signedUp) ?? userIdIn((await send(getCurrentUser(access))).response)
  }

  return { createAccount, signIn }
}
