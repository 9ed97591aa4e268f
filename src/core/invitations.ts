import { AuthError } from './errors.ts'
import type { Core } from './ports.ts'
import { hashOf } from './secrets.ts'
import { type Change, insert, remove } from './store.ts'

/** Who may make an account: everybody, whoever has an invitation, or nobody. */
export type Registration = 'open' | 'inviteOnly' | 'closed'

const purpose = 'invitation'

/** The change that makes an invitation. It works once. */
export const newInvitation = (
  { now }: Pick<Core, 'now'>,
  { realm, token, seconds }: { realm: string; token: string; seconds: number },
): Change =>
  insert('oneTimeTokens', {
    tokenHash: hashOf(token),
    purpose,
    realm,
    userId: null,
    email: null,
    data: {},
    createdAt: now(),
    expiresAt: now() + seconds * 1000,
  })

/**
 * May somebody make an account?
 * @param token of the invitation, where there is one
 * @returns what has to be written together with the account: it uses the invitation up
 * @throws {AuthError} registrationClosed, invitationRequired, invalidInvitation
 */
export const admitNewcomer = async (
  core: Pick<Core, 'store' | 'now'>,
  registration: Registration,
  { realm, token }: { realm: string; token?: string | null | undefined },
): Promise<Change[]> => {
  if (registration === 'open') return []
  if (registration === 'closed') throw new AuthError('registrationClosed')
  if (!token) throw new AuthError('invitationRequired')
  const where = { tokenHash: hashOf(token), purpose, realm, expiresAt: { after: core.now() } }
  if (!(await core.store.find('oneTimeTokens', where))) throw new AuthError('invalidInvitation')
  return [remove('oneTimeTokens', where, { expect: 1 })]
}
