import type { Core } from './ports.ts'
import { type Change, remove, update } from './store.ts'
import type { User } from './tables.ts'

/**
 * Returns the changes that end everything that was set up with an account before anyone proved its email:
 * sessions, passkeys, API keys, OAuth identities, reset tokens and invitations, and in the organizations that
 * the account founded also all other memberships and all API keys.
 *
 * The account may have been created by an attacker, so when the owner of the email proves ownership, nothing
 * that the attacker left behind may stay valid (Sudhodanan and Paverd, "Pre-hijacked accounts", USENIX
 * Security 2022).
 *
 * Write the update of the user first. The order matters: a sign-in locks the row of its user, and a write on
 * behalf of a session or member locks that row (`Authority`). Each step waits for such writes, so that the
 * steps after it find what they wrote.
 */
export async function revokeUnprovenSetupChanges(
  core: Pick<Core, 'store' | 'now'>,
  { id: userId }: Pick<User, 'id'>,
): Promise<Change[]> {
  const founded = await foundedOrganizations(core, userId)
  const revoked = { revokedAt: core.now() }
  return [
    remove('sessions', { userId }),
    remove('identities', { userId }),
    remove('passkeys', { userId }),
    // A verification link may work repeatedly, and does nothing more to a verified account.
    remove('oneTimeTokens', { userId, purpose: { not: 'verifyEmail' } }),
    ...founded.flatMap((organizationId) => {
      const others = { organizationId, userId: { not: userId } }
      // Fails if someone joined during the first step, so that the caller tries again.
      return [remove('memberships', others), remove('memberships', others, { expect: 0 })]
    }),
    update('apiKeys', { userId, revokedAt: null }, revoked),
    ...founded.map((organizationId) => update('apiKeys', { organizationId, revokedAt: null }, revoked)),
  ]
}

/**
 * Returns the ids of the organizations that a user founded. The founder's membership is created together with
 * the organization, so both have the same time.
 */
async function foundedOrganizations({ store }: Pick<Core, 'store'>, userId: string): Promise<string[]> {
  const memberships = await store.list('memberships', { userId }, { orderBy: 'createdAt' })
  const organizations = await Promise.all(
    memberships.map(({ organizationId: id, createdAt }) => store.find('organizations', { id, createdAt })),
  )
  return organizations.flatMap((organization) => (organization ? [organization.id] : []))
}
