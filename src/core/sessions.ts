import { newTokenId, signToken, verifyToken } from './access-tokens.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import type { Core, RequestMeta } from './ports.ts'
import { hashOf, hashOfCredential, newHexSecret, newSecret } from './secrets.ts'
import { type Change, insert, remove, update } from './store.ts'
import type { Session, SessionWithUser, User } from './tables.ts'

/** The result of a sign-in or refresh. The tokens are not stored anywhere. */
export interface IssuedTokens {
  user: User
  session: Session
  /** The Bearer token: a JWT, or 64 hex digits for opaque sessions. */
  accessToken: string
  /** When `accessToken` expires, in milliseconds since 1970. */
  expiresAt: number
  /** The lifetime of `accessToken` in whole seconds. */
  expiresInSeconds: number
  /** A JWT of type `refresh`; empty unless `rules.session.kind` is `pair`. */
  refreshToken: string
}

/**
 * Creates a session for a sign-in (ASVS 7.2.4) without writing it: add `changes` to the write of the use
 * case.
 */
export async function newSession(
  core: Core,
  user: User,
  requestMeta: RequestMeta,
): Promise<{ issued: IssuedTokens; changes: Change[] }> {
  const now = core.now()
  const { kind, idleSeconds, absoluteSeconds, oneRefreshTokenPerUser } = core.rules.session
  const absoluteExpiresAt = now + absoluteSeconds * 1000
  const unsigned: Session = {
    id: core.newId('session'),
    userId: user.id,
    tokenHash: '',
    accessTokenJti: kind === 'opaque' ? null : newTokenId(core),
    previousTokenHash: null,
    rotatedAt: null,
    userAgent: requestMeta.userAgent,
    ip: requestMeta.ip,
    createdAt: now,
    lastUsedAt: now,
    idleExpiresAt: Math.min(now + idleSeconds * 1000, absoluteExpiresAt),
    absoluteExpiresAt,
  }
  const issued = await issueTokens(core, user, unsigned)
  // Keeps the rows of the other sessions, so that their access tokens stay valid until they expire.
  const expireOthers = oneRefreshTokenPerUser
    ? [update('sessions', { userId: user.id, idleExpiresAt: { after: now } }, { idleExpiresAt: now })]
    : []
  return {
    issued,
    changes: [...expireOthers, ...extendGuestChanges(core, user), insert('sessions', issued.session)],
  }
}

/** Creates the tokens of a session, and its row with their hashes. Writes nothing. */
export async function issueTokens(core: Core, user: User, session: Session): Promise<IssuedTokens> {
  const { kind } = core.rules.session
  // All lifetimes start at the same time, so that no token is a second short.
  const now = session.lastUsedAt
  if (kind === 'opaque') {
    const accessToken = newHexSecret(core)
    return {
      user,
      session: { ...session, tokenHash: hashOf(accessToken) },
      accessToken,
      expiresAt: session.idleExpiresAt,
      expiresInSeconds: Math.floor((session.idleExpiresAt - now) / 1000),
      refreshToken: '',
    }
  }
  const expiresAt = Math.min(now + core.rules.accessToken.lifetimeSeconds * 1000, session.absoluteExpiresAt)
  const accessToken = await signToken(core, 'access', {
    user,
    session,
    issuedAt: now,
    expiresAt,
    id: session.accessTokenJti ?? newTokenId(core),
  })
  const refreshToken =
    kind === 'pair'
      ? await signToken(core, 'refresh', {
          user,
          session,
          issuedAt: now,
          expiresAt: session.idleExpiresAt,
          id: newTokenId(core),
        })
      : ''
  return {
    user,
    // Without a refresh token, the hash of a random secret keeps the column unique.
    session: { ...session, tokenHash: hashOf(refreshToken || newSecret(core)) },
    accessToken,
    expiresAt,
    expiresInSeconds: Math.floor((expiresAt - now) / 1000),
    refreshToken,
  }
}

/** Returns the change that extends a guest account because a token is issued; nothing for other users. */
export function extendGuestChanges(core: Core, user: User): Change[] {
  return user.provider === guestProvider
    ? [update('users', { id: user.id }, { expiresAt: core.now() + core.rules.guests.lifetimeSeconds * 1000 })]
    : []
}

/** The `User.provider` of guests. */
export const guestProvider = 'guest'

/**
 * Authenticates a Bearer token. Reads the session and the user from the store each time, in one query, so
 * that revocation takes effect on the next request.
 * @param input.realm the realm of the request, if the API has several
 * @throws {AuthError} malformedToken, invalidToken, expiredToken, userNotFound (deleted), userDisabled,
 *   wrongRealm
 */
export async function authenticate(
  core: Core,
  { token, realm }: { token: string; realm?: string },
): Promise<SessionWithUser> {
  const sessionWithUser =
    core.rules.session.kind === 'opaque'
      ? await findByOpaqueToken(core, token)
      : await findByAccessToken(core, token)
  assertActive(core, sessionWithUser.user)
  if (realm !== undefined && sessionWithUser.user.realm !== realm) throw new AuthError('wrongRealm')
  return sessionWithUser
}

async function findByOpaqueToken(core: Core, token: string): Promise<SessionWithUser> {
  const sessionWithUser = await core.store.find('sessionWithUser', { tokenHash: hashOfCredential(token) })
  if (!sessionWithUser) throw new AuthError('invalidToken')
  if (sessionWithUser.idleExpiresAt <= core.now()) throw new AuthError('expiredToken')
  return sessionWithUser
}

async function findByAccessToken(core: Core, token: string): Promise<SessionWithUser> {
  const { userId, sessionId, id } = await verifyToken(core, 'access', token)
  const { accessTokensOutliveRotation } = core.rules.session
  const sessionWithUser = await core.store.find('sessionWithUser', {
    id: sessionId,
    userId,
    ...(!accessTokensOutliveRotation && { accessTokenJti: id }),
  })
  if (sessionWithUser) return sessionWithUser
  const user = await core.store.find('users', { id: userId })
  throw new AuthError(user ? 'invalidToken' : 'userNotFound')
}

/**
 * Rejects expired and disabled users.
 * @throws {AuthError} userNotFound (expired), userDisabled
 */
export function assertActive({ now }: Pick<Core, 'now'>, user: User): void {
  if (user.expiresAt !== null && user.expiresAt <= now()) throw new AuthError('userNotFound')
  if (user.status === 'disabled') throw new AuthError('userDisabled')
}

/**
 * Ends the session of a Bearer token, which revokes both of its tokens.
 * @param input.refreshToken another refresh token from the request. Its session ends as well if it belongs to
 *   the same user; otherwise it is ignored.
 */
export function signOut(
  core: Core,
  {
    sessionWithUser,
    requestMeta,
    refreshToken = '',
  }: { sessionWithUser: SessionWithUser; requestMeta: RequestMeta; refreshToken?: string },
): Promise<void> {
  return audited(
    core,
    { name: 'signOut', realm: sessionWithUser.user.realm, requestMeta, userId: sessionWithUser.userId },
    async () => {
      const changes = [remove('sessions', { id: sessionWithUser.id })]
      if (refreshToken !== '')
        changes.push(remove('sessions', { tokenHash: hashOf(refreshToken), userId: sessionWithUser.userId }))
      await core.store.write(changes)
    },
  )
}

/**
 * Returns the change that ends the sessions of a user.
 * @param options.except the id of a session to keep
 */
export function revokeSessionsChange(userId: string, { except }: { except?: string } = {}): Change {
  return remove('sessions', { userId, ...(except !== undefined && { id: { not: except } }) })
}
