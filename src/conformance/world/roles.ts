import type { Role } from './cast.ts'
import type { Account, Stage } from './stage.ts'

/** The users that all tests of a run may share, and the values that were created for users. */
export function createSharedRoles() {
  const users = new Map<string, Promise<Account>>()
  const values = new WeakMap<Account, Map<string, Promise<string>>>()

  /**
   * Creates the users of the cast for one test.
   * @param sharesUsers whether the test leaves them unchanged, so that it may use those of other tests
   */
  function rolesOf(stage: Stage, sharesUsers: boolean): Pick<Stage, 'play' | 'replace'> {
    // Another test can have removed a shared user meanwhile, but one test keeps its users.
    const own = new Map<string, Promise<Account>>()

    function play(role: Role): Promise<Account> {
      const known = own.get(role.email)
      if (known) return known
      const created = (sharesUsers ? users.get(role.email) : undefined) ?? create(role)
      own.set(role.email, created)
      if (sharesUsers) users.set(role.email, created)
      return created
    }

    async function create(role: Role): Promise<Account> {
      // The password of an example can be a common one, which a server in production rejects.
      const person = { name: role.name }
      const account = await (role.create?.(stage, stage.newPerson(person)) ?? stage.createAccount(person))
      await role.prepare?.(stage, account)
      return account
    }

    async function replace(example: string): Promise<string> {
      const role = stage.adapter?.cast.find(({ values: created = {} }) => Object.hasOwn(created, example))
      if (!role) throw new Error(`No role of the cast has the value ${example}.`)
      const account = await play(role)
      const ofAccount = values.get(account) ?? new Map<string, Promise<string>>()
      values.set(account, ofAccount)
      const created = ofAccount.get(example) ?? role.values?.[example]?.(stage, account)
      if (created) ofAccount.set(example, created)
      return created ?? example
    }

    return { play, replace }
  }

  /** Makes later tests create new users, because a failed test may have changed the shared ones. */
  const forgetUsers = () => users.clear()

  return { rolesOf, forgetUsers }
}
