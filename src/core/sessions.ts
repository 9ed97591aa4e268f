import { newTokenId, signToken, verifyToken } from './access-tokens.ts'
import { AuthError } from './errors.ts'
import { recorded } from './events.ts'
import type { Client, Core } from './ports.ts'
import { hashOf, hashOfCredential, newHexSecret, newSecret } from './secrets.ts'
import { type Change, insert, remove, update } from './store.ts'
import type { Session, SignedIn, User } from './tables.ts'

/** What somebody gets who proved who they are. The secrets in it exist nowhere else. */
export interface Grant {
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
export const newSession = async (
  core: Core,
  user: User,
  client: Client,
): Promise<{ grant: Grant; changes: Change[] }> => {
  const now = core.now()
  const { kind, idleSeconds, absoluteSeconds, oneRefreshTokenPerUser } = core.rules.session
  const endsAt = now + absoluteSeconds * 1000
  const unsigned: Session = {
    id: core.newId('session'),
    userId: user.id,
    tokenHash: '',
    accessId: kind === 'opaque' ? null : newTokenId(core),
    previousTokenHash: null,
    rotatedAt: null,
    userAgent: client.userAgent,
    address: client.address,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: Math.min(now + idleSeconds * 1000, endsAt),
    endsAt,
  }
  const grant = await grantOf(core, user, unsigned)
  // The access tokens of the others live out, since their rows stay until then.
  const others = oneRefreshTokenPerUser
    ? [update('sessions', { userId: user.id, expiresAt: { after: now } }, { expiresAt: now })]
    : []
  return { grant, changes: [...others, ...guestLives(core, user), insert('sessions', grant.session)] }
}

/** Makes the secrets of a session, and the row that knows their hashes. Writes nothing. */
export const grantOf = async (core: Core, user: User, session: Session): Promise<Grant> => {
  const { kind } = core.rules.session
  // The one instant that all of it is counted from, or a token could be a second short.
  const now = session.lastUsedAt
  if (kind === 'opaque') {
    const accessToken = newHexSecret(core)
    return {
      user,
      session: { ...session, tokenHash: hashOf(accessToken) },
      accessToken,
      expiresAt: session.expiresAt,
      expiresInSeconds: Math.floor((session.expiresAt - now) / 1000),
      refreshToken: '',
    }
  }
  const expiresAt = Math.min(now + core.rules.accessToken.seconds * 1000, session.endsAt)
  const accessToken = await signToken(core, 'access', {
    user,
    session,
    issuedAt: now,
    expiresAt,
    id: session.accessId ?? newTokenId(core),
  })
  const refreshToken =
    kind === 'pair'
      ? await signToken(core, 'refresh', {
          user,
          session,
          issuedAt: now,
          expiresAt: session.expiresAt,
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
export const guestLives = (core: Core, user: User): Change[] =>
  user.provider === guestProvider
    ? [update('users', { id: user.id }, { expiresAt: core.now() + core.rules.guests.endSeconds * 1000 })]
    : []

/** `User.provider` of those who came without any proof of who they are. */
export const guestProvider = 'guest'

/**
 * Whose Bearer credential is this? One read of the store, so that every revocation bites at once.
 * @param realm the pool of users that the request is about, where there is more than one
 * @throws {AuthError} malformedToken, invalidToken, expiredToken, userNotFound (deleted since), userDisabled, wrongRealm
 */
export const authenticate = async (
  core: Core,
  { token, realm }: { token: string; realm?: string },
): Promise<SignedIn> => {
  const signedIn =
    core.rules.session.kind === 'opaque'
      ? await findOpaque(core, token)
      : await findByAccessToken(core, token)
  requireLive(core, signedIn.user)
  if (realm !== undefined && signedIn.user.realm !== realm) throw new AuthError('wrongRealm')
  return signedIn
}

const findOpaque = async (core: Core, token: string): Promise<SignedIn> => {
  const signedIn = await core.store.find('signedIn', { tokenHash: hashOfCredential(token) })
  if (!signedIn) throw new AuthError('invalidToken')
  if (signedIn.expiresAt <= core.now()) throw new AuthError('expiredToken')
  return signedIn
}

const findByAccessToken = async (core: Core, token: string): Promise<SignedIn> => {
  const { userId, sessionId, id } = await verifyToken(core, 'access', token)
  const signedIn = await core.store.find('signedIn', { id: sessionId, accessId: id, userId })
  if (signedIn) return signedIn
  const user = await core.store.find('users', { id: userId })
  throw new AuthError(user ? 'invalidToken' : 'userNotFound')
}

/** @throws {AuthError} userNotFound for one whose time is over, userDisabled */
export const requireLive = ({ now }: Pick<Core, 'now'>, user: User): void => {
  if (user.expiresAt !== null && user.expiresAt <= now()) throw new AuthError('userNotFound')
  if (user.status === 'disabled') throw new AuthError('userDisabled')
}

/**
 * Ends the session of a Bearer credential, so that both its tokens are dead.
 * @param refreshToken one that was sent along: its session ends too if it is the same user's, and is left alone otherwise
 */
export const signOut = (
  core: Core,
  { signedIn, client, refreshToken = '' }: { signedIn: SignedIn; client: Client; refreshToken?: string },
): Promise<void> =>
  recorded(
    core,
    { name: 'signOut', realm: signedIn.user.realm, client, userId: signedIn.userId },
    async () => {
      const ends = [remove('sessions', { id: signedIn.id })]
      if (refreshToken !== '')
        ends.push(remove('sessions', { tokenHash: hashOf(refreshToken), userId: signedIn.userId }))
      await core.store.write(ends)
    },
  )

/** The change that ends sessions of a user: all, or all but one. */
export const endingOfSessions = (userId: string, { except }: { except?: string } = {}): Change =>
  remove('sessions', { userId, ...(except !== undefined && { id: { not: except } }) })
