import { setTimeout as sleep } from 'node:timers/promises'
import type { Contract } from '../contract/contract.ts'
import type { Exchange, RequestData } from '../exchange.ts'
import type { RequestParts } from '../packs/example-request.ts'
import { NotExercisedError } from '../test-case.ts'
import type { Adapter, Credential, Person } from '../variants/adapter.ts'
import type { Role } from './cast.ts'
import type { Hooks, Mail } from './hooks.ts'

/** Brings a server into the state that an example needs. */
export interface Setup {
  /** Whether it changes state that all tests share, such as the clock. */
  isExclusive?: boolean
  /** Returns the parts of the request that differ. */
  run: (stage: Stage, parts: RequestParts) => Promise<Partial<RequestParts> | undefined>
}

/** A user that a test created, signed in. */
export interface Account extends Person, Credential {
  id: string
  /** Values of the examples, such as ids of organizations, and those that replace them. */
  values: Record<string, string>
}

/** The users and mails of one test, and the hooks of the run. */
export interface Stage {
  contract: Contract
  adapter: Adapter | undefined
  hooks: Hooks
  send: (request: RequestData) => Promise<Exchange>
  /** Invents a person without an account. */
  newPerson: (overrides?: Partial<Person>) => Person
  /** Signs a new person up, verifies the email if the API demands it, and signs in. */
  createAccount: (overrides?: Partial<Person>) => Promise<Account>
  /** Creates the user of a role, once per stage. */
  play: (role: Role) => Promise<Account>
  signIn: (person: Pick<Person, 'email' | 'password'>) => Promise<Credential>
  /** Waits for the newest mail to a person. */
  mailTo: (email: string, kind?: Mail['kind']) => Promise<Mail>
  /** Waits for the token in the newest mail to a person. */
  mailedToken: (email: string, kind?: Mail['kind']) => Promise<string>
  /**
   * Returns a hook.
   * @throws {NotExercisedError} if the server has no such hook
   */
  hook: <Name extends keyof Hooks>(name: Name) => NonNullable<Hooks[Name]>
}

/** How long a mail may take, in milliseconds. */
const mailPatienceMs = 5_000

/**
 * Creates the stages of a run.
 * @param run tells the users of this run from those of others
 */
export function createStages({
  contract,
  adapter,
  hooks,
  run,
}: Pick<Stage, 'contract' | 'adapter' | 'hooks'> & { run: string }): (send: Stage['send']) => Stage {
  let count = 0
  const emailOf = hooks.email ?? ((about) => `auth-contracts-${about.run}-${about.count}@example.com`)

  return (send) => {
    const startedAt = Date.now()
    const playing = new Map<string, Promise<Account>>()

    const newPerson: Stage['newPerson'] = (overrides = {}) => {
      count += 1
      return {
        email: emailOf({ run, count }),
        password: `A long enough phrase ${run}`,
        name: `Test Person ${count}`,
        ...overrides,
      }
    }

    const hook: Stage['hook'] = (name) => {
      const found = hooks[name]
      if (found === undefined) throw new NotExercisedError(`The hook ${name} is missing.`)
      return found as NonNullable<typeof found>
    }

    async function signIn(person: Pick<Person, 'email' | 'password'>): Promise<Credential> {
      const { signIn: request, statuses, credentialIn } = known()
      const { response } = await send(request(person))
      if (response.status !== statuses.signedIn)
        throw new NotExercisedError(`The sign-in of a new user was answered with ${response.status}.`)
      return credentialIn(response)
    }

    function known(): Adapter {
      if (!adapter) throw new NotExercisedError('The contract has no adapter.')
      return adapter
    }

    async function createAccount(overrides: Partial<Person> = {}): Promise<Account> {
      const { signUp, statuses, signUpSignsIn, requiresVerification, verify, credentialIn, ...api } = known()
      const person = newPerson(overrides)
      const { response } = await send(signUp(person))
      if (response.status !== statuses.signedUp)
        throw new NotExercisedError(`The sign-up of a new user was answered with ${response.status}.`)
      if (requiresVerification && verify)
        await send(verify({ email: person.email, token: await mailedToken(person.email, 'verifyEmail') }))
      const credential = signUpSignsIn ? credentialIn(response) : await signIn(person)
      return { ...person, ...credential, id: await idOf(response, credential, api), values: {} }
    }

    async function idOf(
      signedUp: Exchange['response'],
      { access }: Credential,
      { userIdIn, getCurrentUser }: Pick<Adapter, 'userIdIn' | 'getCurrentUser'>,
    ): Promise<string> {
      return userIdIn(signedUp) ?? userIdIn((await send(getCurrentUser(access))).response)
    }

    async function mailTo(email: string, kind?: Mail['kind']): Promise<Mail> {
      const latestMail = hook('latestMail')
      const deadline = Date.now() + mailPatienceMs
      for (;;) {
        const mail = await latestMail({ to: email, since: startedAt })
        if (mail && (kind === undefined || mail.kind === undefined || mail.kind === kind)) return mail
        if (Date.now() > deadline)
          throw new NotExercisedError(`No mail to ${email} arrived within ${mailPatienceMs / 1000} s.`)
        await sleep(50)
      }
    }

    async function mailedToken(email: string, kind?: Mail['kind']): Promise<string> {
      const { token, text } = await mailTo(email, kind)
      const found = token ?? /[?&#]token=([\w.~%-]+)/.exec(text)?.[1] ?? /\b[\w-]{32,}\b/.exec(text)?.[0]
      if (found === undefined) throw new NotExercisedError(`The mail to ${email} has no token.`)
      return decodeURIComponent(found)
    }

    function play(role: Role): Promise<Account> {
      const started = playing.get(role.email) ?? start(role)
      playing.set(role.email, started)
      return started
    }

    async function start(role: Role): Promise<Account> {
      const account = await createAccount({
        name: role.name,
        ...(role.password !== null && { password: role.password }),
      })
      const values = await role.prepare?.(stage, account)
      return { ...account, values: { ...account.values, ...values } }
    }

    const stage: Stage = {
      contract,
      adapter,
      hooks,
      send,
      newPerson,
      createAccount,
      play,
      signIn,
      mailTo,
      mailedToken,
      hook,
    }
    return stage
  }
}
