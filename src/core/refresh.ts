import { newTokenId, verifyToken } from './access-tokens.ts'
import { AuthError, isRefusal } from './errors.ts'
import { recorded } from './events.ts'
import type { Client, Core } from './ports.ts'
import { hashOf } from './secrets.ts'
import { endingOfSessions, type Grant, grantOf, guestLives, requireLive } from './sessions.ts'
import { type Change, insert, remove, update } from './store.ts'
import type { SignedIn } from './tables.ts'

export interface RefreshInput {
  refreshToken: string
  client: Client
  realm?: string
}

/**
 * Exchanges a refresh token for a new pair; the old access token dies as well. Of any number of parallel calls with one
 * token exactly one succeeds. A token that comes back after `raceSeconds` was copied, and ends what `reuseEnds` says
 * (RFC 9700, section 4.14.2).
 * @throws {AuthError} invalidRefreshToken (unknown, rotated, or its session ended), sessionExpired, userNotFound
 *   (deleted since), userDisabled, emailNotVerified, wrongRealm
 */
export const refresh = (core: Core, { refreshToken, client, realm }: RefreshInput): Promise<Grant> =>
  recorded(core, { name: 'refresh', realm: realm ?? '', client }, async (concerns) => {
    const tokenHash = hashOf(refreshToken)
    const signedIn = await core.store.find('signedIn', { tokenHash })
    if (!signedIn) {
      await detectReuse(core, tokenHash, client)
      return await explain(core, refreshToken)
    }
    concerns(signedIn.userId)
    if (realm !== undefined && signedIn.user.realm !== realm) throw new AuthError('wrongRealm')
    requireFresh(core, signedIn)

    const { changes, grant } = await rotation(core, signedIn, tokenHash)
    const outcome = await core.store.write(changes)
    // Another call with the same token was faster.
    if (!outcome.done) throw new AuthError('invalidRefreshToken')
    return grant
  })

const requireFresh = (core: Core, { expiresAt, endsAt, user }: SignedIn) => {
  if (Math.min(expiresAt, endsAt) <= core.now()) throw new AuthError('sessionExpired')
  requireLive(core, user)
  if (core.rules.signIn.requiresVerifiedEmail && user.email !== null && user.emailVerifiedAt === null)
    throw new AuthError('emailNotVerified')
}

const rotation = async (core: Core, signedIn: SignedIn, tokenHash: string) => {
  const now = core.now()
  const { user, organizationId, organizationRole, ...session } = signedIn
  const grant = await grantOf(core, user, {
    ...session,
    accessId: newTokenId(core),
    previousTokenHash: tokenHash,
    rotatedAt: now,
    lastUsedAt: now,
    expiresAt: Math.min(now + core.rules.session.idleSeconds * 1000, session.endsAt),
  })
  const { id, userId, createdAt, ...set } = grant.session
  const changes: Change[] = [
    update('sessions', { id, tokenHash }, set, { expect: 1 }),
    insert('spentTokens', { tokenHash, sessionId: id, spentAt: now }),
    ...guestLives(core, user),
  ]
  return { grant, changes }
}

/** Ends sessions when a spent token comes back, unless it lost a race a moment ago. */
const detectReuse = async (core: Core, tokenHash: string, client: Client): Promise<void> => {
  const spent = await core.store.find('spentTokens', { tokenHash })
  const signedIn = spent && (await core.store.find('signedIn', { id: spent.sessionId }))
  if (!spent || !signedIn) return
  const isPredecessor = signedIn.previousTokenHash === tokenHash
  // The clock may have gone back since; that must not make the time of grace any longer.
  const age = Math.abs(core.now() - spent.spentAt)
  if (isPredecessor && age <= core.rules.session.raceSeconds * 1000) return

  const { userId, user } = signedIn
  const ends =
    core.rules.session.reuseEnds === 'session'
      ? remove('sessions', { id: signedIn.id })
      : endingOfSessions(userId)
  await core.store.write([ends])
  core.record({
    name: 'refreshTokenReuse',
    outcome: 'refused',
    reason: 'invalidRefreshToken',
    at: core.now(),
    realm: user.realm,
    userId,
    address: client.address,
  })
}

/** The token itself still says whose it was and when it ended, when the store has forgotten. */
const explain = async (core: Core, refreshToken: string): Promise<never> => {
  try {
    const { userId } = await verifyToken(core, 'refresh', refreshToken)
    if (!(await core.store.find('users', { id: userId }))) throw new AuthError('userNotFound')
  } catch (error) {
    if (isRefusal(error, 'expiredToken')) throw new AuthError('sessionExpired')
    if (isRefusal(error, 'userNotFound')) throw error
    if (!isRefusal(error)) throw error
  }
  throw new AuthError('invalidRefreshToken')
}
