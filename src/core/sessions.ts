import { newTokenId, signToken, verifyToken } from './access-tokens.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import type { Core, RequestMeta } from './ports.ts'
import { hashOf, hashOfCredential, newHexSecret, newSecret } from './secrets.ts'
import { type Change, insert, remove, update } from './store.ts'
import type { Session, SessionWithUser, User } from './tables.ts'

/** What somebody gets who proved who they are. The secrets in it exist nowhere else. */
export interface IssuedTokens {
  user: User
  session: Session
  /** To be presented as Bearer: a JWT, or the session's own token (64 hex digits) where sessions are opaque. */
  accessToken: string
  /** Of `accessToken`, milliseconds since 1970. */
  expiresAt: number
  /** Whole seconds that `accessToken` lives. */
  expiresInSeconds: number
  /** A JWT of type refresh; empty unless `rules.session.kind` is `pair`. */
  refreshToken: string
}

/**
 * A session to be, for callers that write it together with other rows: it opens when `changes` are written.
 * Every sign-in makes a new one (ASVS 7.2.4).
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
  // The access tokens of the others live out, since their rows stay until then.
  const others = oneRefreshTokenPerUser
    ? [update('sessions', { userId: user.id, idleExpiresAt: { after: now } }, { idleExpiresAt: now })]
    : []
  return {
    issued,
    changes: [...others, ...extendGuestChanges(core, user), insert('sessions', issued.session)],
  }
}

/** Makes the secrets of a session, and the row that knows their hashes. Writes nothing. */
export async function issueTokens(core: Core, user: User, session: Session): Promise<IssuedTokens> {
  const { kind } = core.rules.session
  // The one instant that all of it is counted from, or a token could be a second short.
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
    // Where there is no refresh token, a hash of nothing anybody has keeps the column unique.
    session: { ...session, tokenHash: hashOf(refreshToken || newSecret(core)) },
    accessToken,
    expiresAt,
    expiresInSeconds: Math.floor((expiresAt - now) / 1000),
    refreshToken,
  }
}

/** The change that lets a guest live on, counted from the token issued now; none for others. */
export function extendGuestChanges(core: Core, user: User): Change[] {
  return user.provider === guestProvider
    ? [update('users', { id: user.id }, { expiresAt: core.now() + core.rules.guests.lifetimeSeconds * 1000 })]
    : []
}

/** `User.provider` of those who came without any proof of who they are. */
export const guestProvider = 'guest'

/**
 * Whose Bearer credential is this? One read of the store, so that every revocation bites at once.
 * @param realm the pool of users that the request is about, where there is more than one
 * @throws {AuthError} malformedToken, invalidToken, expiredToken, userNotFound (deleted since), userDisabled, wrongRealm
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
  const sessionWithUser = await core.store.find('sessionWithUser', {
    id: sessionId,
    accessTokenJti: id,
    userId,
  })
  if (sessionWithUser) return sessionWithUser
  const user = await core.store.find('users', { id: userId })
  throw new AuthError(user ? 'invalidToken' : 'userNotFound')
}

/** @throws {AuthError} userNotFound for one whose time is over, userDisabled */
export function assertActive({ now }: Pick<Core, 'now'>, user: User): void {
  if (user.expiresAt !== null && user.expiresAt <= now()) throw new AuthError('userNotFound')
  if (user.status === 'disabled') throw new AuthError('userDisabled')
}

/**
 * Ends the session of a Bearer credential, so that both its tokens are dead.
 * @param refreshToken one that was sent along: its session ends too if it is the same user's, and is left alone otherwise
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
      const ends = [remove('sessions', { id: sessionWithUser.id })]
      if (refreshToken !== '')
        ends.push(remove('sessions', { tokenHash: hashOf(refreshToken), userId: sessionWithUser.userId }))
      await core.store.write(ends)
    },
  )
}

/** The change that ends sessions of a user: all, or all but one. */
export function revokeSessionsChange(userId: string, { except }: { except?: string } = {}): Change {
  return remove('sessions', { userId, ...(except !== undefined && { id: { not: except } }) })
}
