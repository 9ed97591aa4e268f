import type { Contract } from '../contract/contract.ts'
import type { Exchange, RequestData } from '../exchange.ts'
import type { Adapter, Credential, Person } from '../variants/adapter.ts'
import { accountsOf } from './accounts.ts'
import type { Role } from './cast.ts'
import type { Hooks, Mail } from './hooks.ts'
import { openMailbox } from './mailbox.ts'
import { createSharedRoles } from './roles.ts'
import { undoableHooks } from './undoable-hooks.ts'

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
   * @param result.failed whether shared users may be in a wrong state, so that later tests get new ones
   */
  finish: (result: { failed: boolean }) => Promise<void>
}

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
  const emailOf = hooks.email ?? ((user) => `auth-contracts-${user.run}-${user.count}@example.com`)
  const { rolesOf, forgetUsers } = createSharedRoles()

  function newPerson(overrides: Partial<Person> = {}): Person {
    count += 1
    return {
      email: emailOf({ run, count }),
      password: `A long enough phrase ${run}`,
      name: `Test Person ${count}`,
      ...overrides,
    }
  }

  return (send, { sharesUsers = false } = {}) => {
    const { undo, ...access } = undoableHooks(hooks)
    // A shared user can have got a mail in an earlier test.
    const mailbox = openMailbox(access, sharesUsers ? runStartedAt : Date.now())
    const accounts = accountsOf({ adapter, send, newPerson, ...mailbox })
    const stage: Stage = {
      ...{ contract, adapter, hooks, send, newPerson },
      ...access,
      ...mailbox,
      ...accounts,
      // The users of the cast are created on this stage itself.
      play: (role) => roles.play(role),
      replace: (example) => roles.replace(example),
      async finish({ failed }) {
        if (failed && sharesUsers) forgetUsers()
        await undo()
      },
    }
    const roles = rolesOf(stage, sharesUsers)
    return stage
  }
}
