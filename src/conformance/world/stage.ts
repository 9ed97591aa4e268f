import { setTimeout as sleep } from 'node:timers/promises'
import type { Contract } from '../contract/contract.ts'
import type { Exchange, RequestData } from '../exchange.ts'
import type { RequestParts } from '../packs/example-request.ts'
import { NotExercisedError } from '../test-case.ts'
import type { Adapter, Credential, Person } from '../variants/adapter.ts'
import type { Role } from './cast.ts'
import type { Hooks, Mail } from './hooks.ts'

/** The example that a setup prepares. */
export interface ExampleInfo {
  operationId: string
  name: string
  /** The status of its response. */
  status: number
}

/** Brings a server into the state that an example needs. */
export interface Setup {
  /** Whether it changes state that all tests share, such as the clock. */
  isExclusive?: boolean
  /** Whether the response does not depend on the people of the example, so that none are created. */
  needsNoPeople?: boolean
  /** Returns the parts of the request that differ. */
  run: (stage: Stage, parts: RequestParts, about: ExampleInfo) => Promise<Partial<RequestParts> | undefined>
}

/** A user that a test created, signed in. */
export interface Account extends Person, Credential {
  id: string
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
  /** Creates the user of a role, once per stage, or once per run if the test shares users. */
  play: (role: Role) => Promise<Account>
  /**
   * Creates what a value of the examples stands for, such as an organization, once per account.
   * @returns the value that replaces it
   */
  replace: (example: string) => Promise<string>
  signIn: (person: Pick<Person, 'email' | 'password'>) => Promise<Credential>
  /** Waits for the newest mail to a person. */
  mailTo: (email: string, kind?: Mail['kind']) => Promise<Mail>
  /** Waits for the token in the newest mail to a person. */
  mailedToken: (email: string, kind?: Mail['kind']) => Promise<string>
  /**
   * Returns a hook. The clock is only moved until the end of the test, which has to be exclusive.
   * @throws {NotExercisedError} if the server has no such hook
   */
  hook: <Name extends keyof Hooks>(name: Name) => NonNullable<Hooks[Name]>
  /** Changes settings of the server until the end of the test, which has to be exclusive. */
  changeSettings: (settings: Record<string, unknown>) => Promise<void>
  /**
   * Undoes the changes of the test, the newest first.
   * @param about.failed whether shared users may be in a wrong state, so that later tests get new ones
   */
  finish: (about: { failed: boolean }) => Promise<void>
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
}: Pick<Stage, 'contract' | 'adapter' | 'hooks'> & { run: string }): (
  send: Stage['send'],
  options?: { sharesUsers?: boolean },
) => Stage {
  const runStartedAt = Date.now()
  let count = 0
  const shared = new Map<string, Promise<Account>>()
  const replacements = new WeakMap<Account, Map<string, Promise<string>>>()
  const emailOf = hooks.email ?? ((about) => `auth-contracts-${about.run}-${about.count}@example.com`)

  return (send, { sharesUsers = false } = {}) => {
    // A shared user can have got a mail in an earlier test.
    const startedAt = sharesUsers ? runStartedAt : Date.now()
    const playing = new Map<string, Promise<Account>>()
    const undoing: (() => Promise<void>)[] = []

    const newPerson: Stage['newPerson'] = (overrides = {}) => {
      count += 1
      return {
        email: emailOf({ run, count }),
        password: `A long enough phrase ${run}`,
        name: `Test Person ${count}`,
        ...overrides,
      }
    }

    const { advanceClock } = hooks
    const tracked: Hooks = {
      ...hooks,
      ...(advanceClock && {
        async advanceClock(seconds) {
          await advanceClock(seconds)
          undoing.push(() => advanceClock(-seconds))
        },
      }),
    }

    const hook: Stage['hook'] = (name) => {
      const found = tracked[name]
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
      return { ...person, ...credential, id: await idOf(response, credential, api) }
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
      // Another test can have removed a shared user meanwhile, but one test keeps its users.
      const own = playing.get(role.email)
      if (own) return own
      const started = (sharesUsers ? shared.get(role.email) : undefined) ?? start(role)
      playing.set(role.email, started)
      if (sharesUsers) shared.set(role.email, started)
      return started
    }

    async function start(role: Role): Promise<Account> {
      // The password of an example can be a common one, which a server in production rejects.
      const about = { name: role.name }
      const account = await (role.create?.(stage, newPerson(about)) ?? createAccount(about))
      await role.prepare?.(stage, account)
      return account
    }

    async function replace(example: string): Promise<string> {
      const role = adapter?.cast.find(({ values = {} }) => Object.hasOwn(values, example))
      if (!role) throw new Error(`No role of the cast has the value ${example}.`)
      const account = await play(role)
      const ofAccount = replacements.get(account) ?? new Map<string, Promise<string>>()
      replacements.set(account, ofAccount)
      const created = ofAccount.get(example) ?? role.values?.[example]?.(stage, account)
      if (created) ofAccount.set(example, created)
      return created ?? example
    }

    async function changeSettings(settings: Record<string, unknown>): Promise<void> {
      undoing.push(await hook('changeSettings')(settings))
    }

    async function finish({ failed }: { failed: boolean }): Promise<void> {
      if (failed && sharesUsers) shared.clear()
      for (const undo of undoing.reverse()) await undo()
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
      replace,
      changeSettings,
      finish,
    }
    return stage
  }
}
