import type { SeededUser } from '../../generated/_dev/types.ts'
import { UserError } from '../common/user-error.ts'

/** The person to sign in. Fields that are absent are generated. */
export interface PersonRequest {
  email?: string
  password?: string
  name?: string
}

/**
 * Finds a seeded user by email, by full name or by first name.
 * @returns undefined for an email that is not seeded
 * @throws {UserError} for a name that is not seeded, or that several users have
 */
export function findSeededUser(users: readonly SeededUser[], nameOrEmail: string): SeededUser | undefined {
  const wanted = nameOrEmail.trim().toLowerCase()
  if (wanted.includes('@')) return users.find(({ email }) => email?.toLowerCase() === wanted)
  const named = users.filter(({ name }) => name.toLowerCase() === wanted)
  const found = named.length > 0 ? named : users.filter(({ name }) => firstName(name) === wanted)
  if (found.length === 1) return found[0]
  const problem = found.length === 0 ? 'No seeded user has' : 'Several seeded users have'
  const list = users.map(({ name, email }) => `${name} <${email}>`).join(', ')
  throw new UserError(
    `${problem} the name "${nameOrEmail}". Seeded users: ${list}. To create a user, pass an email.`,
  )
}

const firstName = (name: string) => name.toLowerCase().split(' ')[0]

/** Returns an email that no other test uses. */
export const newEmail = (): string => `user-${crypto.randomUUID()}@example.com`
