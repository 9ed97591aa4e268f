import { UserError } from '../common/user-error.ts'
import type { Resources } from './resources.ts'

/** @throws {UserError} when the database contains a user of the contract's examples, whose password is public */
export async function refuseExampleUsers({
  store,
  variant,
}: Pick<Resources, 'store' | 'variant'>): Promise<void> {
  const examples = await store.count('users', { id: { in: [...variant.exampleUserIds] } })
  if (examples > 0)
    throw new UserError(
      'The database holds the people of the examples, whose passwords are public. Production mode needs one of its own.',
    )
}
