import type { ResponseData } from '../exchange.ts'
import { NotExercisedError } from '../test-case.ts'
import type { Adapter, Credential, Person } from '../variants/adapter.ts'
import type { Account, Stage } from './stage.ts'

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
    const { signIn: request, statuses, credentialIn } = knownAdapter()
    const { response } = await send(request(person))
    if (response.status !== statuses.signedIn)
      throw new NotExercisedError(`The sign-in of a new user was answered with ${response.status}.`)
    return credentialIn(response)
  }

  async function createAccount(overrides: Partial<Person> = {}): Promise<Account> {
    const { signUp, statuses, signUpSignsIn, requiresVerification, verify, credentialIn } = knownAdapter()
    const person = newPerson(overrides)
    const { response } = await send(signUp(person))
    if (response.status !== statuses.signedUp)
      throw new NotExercisedError(`The sign-up of a new user was answered with ${response.status}.`)
    if (requiresVerification && verify)
      await send(verify({ email: person.email, token: await mailedToken(person.email, 'verifyEmail') }))
    const credential = signUpSignsIn ? credentialIn(response) : await signIn(person)
    return { ...person, ...credential, id: await idOf(response, credential) }
  }

  async function idOf(signedUp: ResponseData, { access }: Credential): Promise<string> {
    const { userIdIn, getCurrentUser } = knownAdapter()
    return userIdIn(signedUp) ?? userIdIn((await send(getCurrentUser(access))).response)
  }

  return { createAccount, signIn }
}
