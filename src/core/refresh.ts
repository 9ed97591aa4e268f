import { newTokenId, verifyToken } from './access-tokens.ts'
import { AuthError, isAuthError } from './errors.ts'
import { audited } from './events.ts'
import type { Core, RequestMeta } from './ports.ts'
import { hashOf } from './secrets.ts'
import {
  assertActive,
  extendGuestChanges,
  type IssuedTokens,
  issueTokens,
  revokeSessionsChange,
} from './sessions.ts'
import { type Change, insert, remove, update } from './store.ts'
import type { SessionWithUser } from './tables.ts'

/** The input of `refresh`. */
export interface RefreshInput {
  refreshToken: string
  requestMeta: RequestMeta
  /** The realm of the request, if the API has several. */
  realm?: string
}

/**
 * Exchanges a refresh token for a new token pair and revokes the old access token, unless the rules say
 * otherwise. Of several concurrent
 * calls with one token, exactly one succeeds. Reuse after `reuseGraceSeconds` means that the token was
 * stolen, and revokes what `onReuse` says (RFC 9700, section 4.14.2).
 * @throws {AuthError} invalidRefreshToken (unknown, rotated or revoked), sessionExpired, userNotFound
 *   (deleted), userDisabled, emailNotVerified, wrongRealm
 */
export function refresh(
  core: Core,
  { refreshToken, requestMeta, realm }: RefreshInput,
): Promise<IssuedTokens> {
  return audited(core, { name: 'refresh', realm: realm ?? '', requestMeta }, async (setUserId) => {
    const tokenHash = hashOf(refreshToken)
    const sessionWithUser = await core.store.find('sessionWithUser', { tokenHash })
    if (!sessionWithUser) {
      await detectReuse(core, tokenHash, requestMeta)
      return await throwRefreshError(core, refreshToken)
    }
    setUserId(sessionWithUser.userId)
    if (realm !== undefined && sessionWithUser.user.realm !== realm) throw new AuthError('wrongRealm')
    assertRefreshable(core, sessionWithUser)

    const { changes, issued } = await rotate(core, sessionWithUser, tokenHash)
    const outcome = await core.store.write(changes)
    // A concurrent call with the same token was faster.
    if (!outcome.done) throw new AuthError('invalidRefreshToken')
    return issued
  })
}

function assertRefreshable(core: Core, { idleExpiresAt, absoluteExpiresAt, user }: SessionWithUser) {
  if (Math.min(idleExpiresAt, absoluteExpiresAt) <= core.now()) throw new AuthError('sessionExpired')
  assertActive(core, user)
  if (core.rules.signIn.requiresVerifiedEmail && user.email !== null && user.emailVerifiedAt === null)
    throw new AuthError('emailNotVerified')
}

async function rotate(core: Core, sessionWithUser: SessionWithUser, tokenHash: string) {
  const now = core.now()
  const { user, organizationId, organizationRole, ...session } = sessionWithUser
  const issued = await issueTokens(core, user, {
    ...session,
    accessTokenJti: newTokenId(core),
    previousTokenHash: tokenHash,
    rotatedAt: now,
    lastUsedAt: now,
    idleExpiresAt: Math.min(now + core.rules.session.idleSeconds * 1000, session.absoluteExpiresAt),
  })
  const { id, userId, createdAt, ...set } = issued.session
  const changes: Change[] = [
    update('sessions', { id, tokenHash }, set, { expect: 1 }),
    insert('rotatedRefreshTokens', { tokenHash, sessionId: id, rotatedAt: now }),
    ...extendGuestChanges(core, user),
  ]
  return { issued, changes }
}

/** Revokes sessions if a rotated token is reused, except within the grace, when two tabs may have raced. */
async function detectReuse(core: Core, tokenHash: string, requestMeta: RequestMeta): Promise<void> {
  const rotated = await core.store.find('rotatedRefreshTokens', { tokenHash })
  const sessionWithUser = rotated && (await core.store.find('sessionWithUser', { id: rotated.sessionId }))
  if (!rotated || !sessionWithUser) return
  const isPredecessor = sessionWithUser.previousTokenHash === tokenHash
  // Absolute, so that setting the clock back cannot extend the grace.
  const age = Math.abs(core.now() - rotated.rotatedAt)
  if (isPredecessor && age <= core.rules.session.reuseGraceSeconds * 1000) return

  const { userId, user } = sessionWithUser
  const revocation =
    core.rules.session.onReuse === 'session'
      ? remove('sessions', { id: sessionWithUser.id })
      : revokeSessionsChange(userId)
  await core.store.write([revocation])
  core.record({
    name: 'refreshTokenReuse',
    outcome: 'refused',
    reason: 'invalidRefreshToken',
    at: core.now(),
    realm: user.realm,
    userId,
    ip: requestMeta.ip,
  })
}

/** Throws the exact error for a token that the store does not know, based on its claims. */
async function throwRefreshError(core: Core, refreshToken: string): Promise<never> {
  try {
    const { userId } = await verifyToken(core, 'refresh', refreshToken)
    if (!(await core.store.find('users', { id: userId }))) throw new AuthError('userNotFound')
  } catch (error) {
    if (isAuthError(error, 'expiredToken')) throw new AuthError('sessionExpired')
    if (isAuthError(error, 'userNotFound')) throw error
    if (!isAuthError(error)) throw error
  }
  throw new AuthError('invalidRefreshToken')
}
