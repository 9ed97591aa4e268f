import { AuthError } from '../../core/errors.ts'
import { hashOf } from '../../core/secrets.ts'
import { type Change, remove } from '../../core/store.ts'
import type { Services } from '../variant.ts'
import type { Flags } from './flags.ts'
import { realm } from './rules.ts'

export const invitationPurpose = 'invitation'

/** What is remembered of an invitation while a ceremony goes on; null for none. */
export function invitationIn(token: string | null | undefined): string | null {
  return token ? hashOf(token) : null
}

/**
 * Does the operator let somebody new in?
 * @param invitation hash of the token that came along
 * @returns what uses the invitation up, to be written together with the account
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
