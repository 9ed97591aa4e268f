import { AuthError, type AuthErrorCode } from './errors.ts'
import type { Core } from './ports.ts'
import { type Change, requireRow, type WriteResult } from './store.ts'
import type { ApiKey, Membership, Session } from './tables.ts'

/**
 * The rows that authorize a caller to write. All of them have to exist when the write happens. Each comes
 * with the error to throw if it does not. Empty for operators.
 *
 * A request is authenticated before it writes. In between, a password reset can end the session, so without
 * this condition an attacker could save, for example, a new API key from the reset.
 */
export type Authority = readonly { required: Change; code: AuthErrorCode }[]

/** Requires that the session has not ended. */
export function sessionAuthority({ id, userId }: Pick<Session, 'id' | 'userId'>): Authority {
  return [{ required: requireRow('sessions', { id, userId }), code: 'invalidToken' }]
}

/** Requires that the API key has not been revoked. */
export function apiKeyAuthority({ id }: Pick<ApiKey, 'id'>): Authority {
  return [{ required: requireRow('apiKeys', { id, revokedAt: null }), code: 'revokedApiKey' }]
}

/**
 * Requires that the user still belongs to the organization.
 * @param member.role the required role, if any
 */
export function memberAuthority(
  member: Pick<Membership, 'organizationId' | 'userId'> & { role?: string },
): Authority {
  return [{ required: requireRow('memberships', member), code: 'notMember' }]
}

/**
 * Writes changes on behalf of a caller, unless the caller has lost its authority.
 * @throws {AuthError} the `code` of the first row of `authority` that does not exist
 */
export async function writeWithAuthority(
  { store }: Pick<Core, 'store'>,
  authority: Authority,
  changes: readonly Change[],
): Promise<WriteResult> {
  // The required rows come first: PostgreSQL locks them before anything is written.
  const outcome = await store.write([...authority.map(({ required }) => required), ...changes])
  const lost = outcome.done ? undefined : authority[outcome.step]
  if (lost) throw new AuthError(lost.code)
  return outcome
}
