import { AuthError } from '../../core/errors.ts'
import { hashOf } from '../../core/secrets.ts'
import { type Change, remove } from '../../core/store.ts'
import type { Services } from '../variant.ts'
import type { Flags } from './flags.ts'
import { realm } from './rules.ts'

export const invitationPurpose = 'invitation'

/** @returns the hash under which an invitation is stored; null for a missing or empty token */
export function invitationHash(token: string | null | undefined): string | null {
  return token ? hashOf(token) : null
}

/**
 * Checks whether a new user may sign up.
 * @param invitation hash of the invitation in the request, or null
 * @returns the changes that consume the invitation, to be written together with the account
 * @throws {AuthError} registrationClosed, invitationRequired, invalidInvitation
 */
export async function authorizeSignUp(
  { core, flags }: Pick<Services<Flags>, 'core' | 'flags'>,
  invitation: string | null,
): Promise<Change[]> {
  if (flags.registration === 'open') return []
  if (invitation === null)
    throw new AuthError(flags.registration === 'closed' ? 'registrationClosed' : 'invitationRequired')
  const where = {
    tokenHash: invitation,
    purpose: invitationPurpose,
    realm,
    expiresAt: { after: core.now() },
  }
  if (!(await core.store.find('oneTimeTokens', where))) throw new AuthError('invalidInvitation')
  return [remove('oneTimeTokens', where, { expect: 1 })]
}
