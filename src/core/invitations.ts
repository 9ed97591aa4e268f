import { type Authority, sessionAuthority, writeWithAuthority } from './authority.ts'
import { parseEmail } from './emails.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import { consume } from './limits.ts'
import { consumeAllMailLimits } from './mail-limits.ts'
import { consumeTokenChange, findMailToken } from './mail-tokens.ts'
import { enqueueMailChange } from './outbox.ts'
import type { Core, RequestMeta } from './ports.ts'
import { hashOf, newSecret, newUuid } from './secrets.ts'
import { insert, remove, requireRow, update } from './store.ts'
import type { Membership, Organization, SessionWithUser } from './tables.ts'

const purpose = 'invitation'
const lifetimeSeconds = 7 * 24 * 60 * 60

/** An invitation that has been mailed. */
export interface Invitation {
  id: string
  email: string
  role: string
  /** Milliseconds since 1970. */
  createdAt: number
}

interface InvitationData {
  id: string
  organizationId: string
  role: string
}

/**
 * Mails an invitation, which replaces earlier ones by the same user to this email. It creates no account and
 * no membership: only the owner of the email can accept it, within 7 days. Does the same whether or not the
 * email has an account. The mail names neither the organization nor the inviting user, because a spammer
 * could put a message into these names.
 * @param input.email raw input
 * @throws {AuthError} invalidEmail, alreadyMember, rateLimited (for the client, the organization, the
 *   recipient or all mails); any
 *   code of `authority`, which has to require that the user is an admin
 */
export function inviteMember(
  core: Core,
  {
    organizationId,
    realm,
    email: rawEmail,
    role,
    invitedBy,
    authority,
    requestMeta,
  }: {
    organizationId: string
    realm: string
    email: string
    role: string
    /** The id of the inviting user. */
    invitedBy: string
    authority: Authority
    requestMeta: RequestMeta
  },
): Promise<Invitation> {
  return audited(core, { name: 'invitation', realm, requestMeta, userId: invitedBy }, async () => {
    const email = parseEmail(rawEmail)
    const user = await core.store.find('users', { realm, email })
    if (await core.store.find('memberships', { organizationId, userId: user?.id ?? '' }))
      throw new AuthError('alreadyMember')
    await consumeAllMailLimits(core, { purpose, realm, email, requestMeta }, () =>
      consume(core, 'invitations', organizationId),
    )

    const token = newSecret(core)
    const createdAt = core.now()
    const data: InvitationData = { id: newUuid(core), organizationId, role }
    const outcome = await writeWithAuthority(core, authority, [
      remove('oneTimeTokens', { purpose, userId: invitedBy, email }),
      insert('oneTimeTokens', {
        tokenHash: hashOf(token),
        purpose,
        realm,
        // Revoking what this user has set up revokes the invitation, too.
        userId: invitedBy,
        email,
        data: { ...data },
        createdAt,
        expiresAt: createdAt + lifetimeSeconds * 1000,
      }),
      await enqueueMailChange(
        core,
        {
          kind: purpose,
          to: email,
          name: '',
          token,
          link: core.rules.mail.links.invitation({ token, email, callbackUrl: null }),
        },
        { realm },
      ),
    ])
    if (!outcome.done) throw new AuthError('notMember')
    return { id: data.id, email, role, createdAt }
  })
}

/**
 * Accepts an invitation to the email of the signed-in user. The token proves ownership of the email, so the
 * email becomes verified. An invitation can be accepted once, as long as the inviting user is an admin of the
 * organization.
 * @throws {AuthError} invalidMailToken (unknown, used, revoked, or for another email), expiredMailToken,
 *   alreadyMember, invalidToken (the session has ended)
 */
export function acceptInvitation(
  core: Core,
  { session, token, requestMeta }: { session: SessionWithUser; token: string; requestMeta: RequestMeta },
): Promise<{ organization: Organization; membership: Membership }> {
  const { user, userId } = session
  const { realm, email } = user
  return audited(core, { name: 'invitationAcceptance', realm, requestMeta, userId }, async () => {
    const mailToken = await findMailToken(core, { purpose, realm, token, email: email ?? '' })
    const { organizationId, role } = mailToken.data as unknown as InvitationData
    const organization = await core.store.find('organizations', { id: organizationId })
    if (!organization) throw new AuthError('invalidMailToken')
    if (await core.store.find('memberships', { organizationId, userId })) throw new AuthError('alreadyMember')

    const now = core.now()
    // Later than the organization even if the clock is set back: only the founder's membership is as old.
    const createdAt = Math.max(now, organization.createdAt + 1)
    const membership = { organizationId, userId, role, createdAt }
    const outcome = await writeWithAuthority(core, sessionAuthority(session), [
      consumeTokenChange(core, mailToken),
      requireRow('memberships', { organizationId, userId: mailToken.userId, role: 'admin' }),
      update(
        'users',
        { id: userId, email },
        { emailVerifiedAt: user.emailVerifiedAt ?? now, expiresAt: null, updatedAt: now },
        { expect: 1 },
      ),
      insert('memberships', membership),
    ])
    if (outcome.done) return { organization, membership }
    throw new AuthError(outcome.reason === 'taken' ? 'alreadyMember' : 'invalidMailToken')
  })
}
