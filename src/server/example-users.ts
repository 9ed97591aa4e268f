import { UserError } from '../common/user-error.ts'
import type { Resources } from './resources.ts'

/**
 * Rejects a database that was used by a sandbox.
 * @throws {UserError} when the database contains users of the contract's examples, whose passwords are public
 */
export async function assertNoExampleUsers({
  store,
  variant,
}: Pick<Resources, 'store' | 'variant'>): Promise<void> {
  const examples = await store.count('users', { id: { in: [...variant.exampleUserIds] } })
  if (examples > 0)
    throw new UserError(
      'The database contains example users, whose passwords are public. Use another database in production mode.',
    )
}
