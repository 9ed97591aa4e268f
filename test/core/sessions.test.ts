import { describe, expect, it } from 'vitest'
import { refresh } from '../../src/core/refresh.ts'
import { authenticate, revokeSessionsChange, signOut } from '../../src/core/sessions.ts'
import { signIn } from '../../src/core/sign-in.ts'
import { signInAsGuest } from '../../src/core/sign-up.ts'
import {
  ada,
  administer,
  countOutcomes,
  engines,
  outcomeOf,
  requestMeta,
  signUpAda,
  testCore,
  times,
} from './core.ts'

const opaque = { session: { kind: 'opaque', idleSeconds: 2_592_000, absoluteSeconds: 2_592_000 } } as const
const access = { session: { kind: 'access', idleSeconds: 3600, absoluteSeconds: 3600 } } as const

describe.each([
  ['an opaque session', opaque, 2_592_000],
  ['an access-token session', access, 3600],
])('%s', (_, rules, seconds) => {
  it('authenticates the session for a fixed time without storing its token', async () => {
    const core = testCore(rules)
    const { issued, user } = await signUpAda(core)
    expect(issued).toMatchObject({
      refreshToken: '',
      expiresInSeconds: seconds,
      expiresAt: core.now() + seconds * 1000,
    })
    const sessions = await core.store.list('sessions', {}, { orderBy: 'id' })
    expect(JSON.stringify(sessions)).not.toContain(issued.accessToken)
    core.advance(seconds - 1)
    expect((await authenticate(core, { token: issued.accessToken })).userId).toBe(user.id)
    core.advance(1)
    expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe('expiredToken')
  })

  it('ends only the session that signs out', async () => {
    const core = testCore(rules)
    const { issued } = await signUpAda(core)
    const other = await signIn(core, ada)
    const sessionWithUser = await authenticate(core, { token: issued.accessToken })
    await signOut(core, { sessionWithUser, requestMeta })
    expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe('invalidToken')
    expect(await outcomeOf(authenticate(core, { token: other.accessToken }))).toBe('succeeded')
  })

  it('applies changes of the user on the next request', async () => {
    const core = testCore(rules)
    const { issued, user } = await signUpAda(core)
    const authenticated = () => authenticate(core, { token: issued.accessToken })
    const set = (change: object) => administer(core, user.id, change)
    await set({ role: 'admin', plan: 'starter' })
    expect((await authenticated()).user).toMatchObject({ role: 'admin', plan: 'starter' })
    await set({ status: 'disabled' })
    expect(await outcomeOf(authenticated())).toBe('userDisabled')
    await set({ status: 'active' })
    expect(await outcomeOf(authenticated())).toBe('succeeded')
    await administer(core, user.id, { status: 'deleted' })
    expect(await outcomeOf(authenticated())).toBe(
      rules.session.kind === 'opaque' ? 'invalidToken' : 'userNotFound',
    )
  })

  it('rejects tokens of another realm', async () => {
    const core = testCore(rules)
    const { issued } = await signUpAda(core, { realm: 'dev' })
    const token = issued.accessToken
    expect(await outcomeOf(authenticate(core, { token, realm: 'dev' }))).toBe('succeeded')
    expect(await outcomeOf(authenticate(core, { token, realm: 'prod' }))).toBe('wrongRealm')
  })

  it('rejects a refresh without a refresh token', async () => {
    const core = testCore(rules)
    const { issued } = await signUpAda(core)
    expect(await outcomeOf(refresh(core, { refreshToken: '', requestMeta }))).toBe('invalidRefreshToken')
    if (rules.session.kind === 'access')
      expect(await outcomeOf(refresh(core, { refreshToken: issued.accessToken, requestMeta }))).toBe(
        'invalidRefreshToken',
      )
  })
})

describe('opaque tokens', () => {
  it('creates tokens of 64 hex digits', async () => {
    expect((await signUpAda(testCore(opaque))).issued.accessToken).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('refresh', () => {
  it('replaces both tokens and revokes the old ones', async () => {
    const core = testCore()
    const { issued } = await signUpAda(core)
    core.advance(60)
    const next = await refresh(core, { refreshToken: issued.refreshToken, requestMeta })
    expect(next.session.id).toBe(issued.session.id)
    expect(await outcomeOf(authenticate(core, { token: next.accessToken }))).toBe('succeeded')
    expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe('invalidToken')
    expect(await outcomeOf(refresh(core, { refreshToken: issued.refreshToken, requestMeta }))).toBe(
      'invalidRefreshToken',
    )
  })

  it('keeps old access tokens valid after a refresh if the rules say so, but not after a sign-out', async () => {
    const core = testCore({ session: { accessTokensOutliveRotation: true } })
    const { issued } = await signUpAda(core)
    await refresh(core, { refreshToken: issued.refreshToken, requestMeta })
    const sessionWithUser = await authenticate(core, { token: issued.accessToken })
    await signOut(core, { sessionWithUser, requestMeta })
    expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe('invalidToken')
  })

  it('rejects access and refresh tokens in place of each other', async () => {
    const core = testCore()
    const { issued } = await signUpAda(core)
    expect(await outcomeOf(refresh(core, { refreshToken: issued.accessToken, requestMeta }))).toBe(
      'invalidRefreshToken',
    )
    expect(await outcomeOf(authenticate(core, { token: issued.refreshToken }))).toBe('invalidToken')
  })

  it.each(engines)('accepts only one of 50 concurrent refreshes (%s)', async (_, open) => {
    const core = testCore({}, open())
    const { issued } = await signUpAda(core)
    const outcomes = await countOutcomes(
      times(50, () => refresh(core, { refreshToken: issued.refreshToken, requestMeta })),
    )
    expect(outcomes).toEqual({ succeeded: 1, invalidRefreshToken: 49 })
    expect(await core.store.count('sessions', {})).toBe(1)
    expect(core.events.filter(({ name }) => name === 'refreshTokenReuse')).toEqual([])
  })

  it('tolerates reuse of the previous token within ten seconds', async () => {
    const core = testCore()
    const { issued } = await signUpAda(core)
    const next = await refresh(core, { refreshToken: issued.refreshToken, requestMeta })
    core.advance(10)
    expect(await outcomeOf(refresh(core, { refreshToken: issued.refreshToken, requestMeta }))).toBe(
      'invalidRefreshToken',
    )
    expect(await outcomeOf(refresh(core, { refreshToken: next.refreshToken, requestMeta }))).toBe('succeeded')
  })

  it.each([
    ['session', 'succeeded'],
    ['allSessions', 'invalidToken'],
  ] as const)('revokes %s when a refresh token is reused after the grace', async (onReuse, other) => {
    const core = testCore({ session: { onReuse } })
    const { issued, user } = await signUpAda(core)
    const elsewhere = await signIn(core, ada)
    const next = await refresh(core, { refreshToken: issued.refreshToken, requestMeta })
    core.advance(11)
    expect(await outcomeOf(refresh(core, { refreshToken: issued.refreshToken, requestMeta }))).toBe(
      'invalidRefreshToken',
    )
    expect(await outcomeOf(refresh(core, { refreshToken: next.refreshToken, requestMeta }))).toBe(
      'invalidRefreshToken',
    )
    expect(await outcomeOf(authenticate(core, { token: next.accessToken }))).toBe('invalidToken')
    expect(await outcomeOf(authenticate(core, { token: elsewhere.accessToken }))).toBe(other)
    expect(core.events).toContainEqual(
      expect.objectContaining({ name: 'refreshTokenReuse', userId: user.id, outcome: 'refused' }),
    )
  })

  it('tolerates reuse of the immediate predecessor only', async () => {
    const core = testCore()
    const { issued } = await signUpAda(core)
    const second = await refresh(core, { refreshToken: issued.refreshToken, requestMeta })
    const third = await refresh(core, { refreshToken: second.refreshToken, requestMeta })
    await outcomeOf(refresh(core, { refreshToken: issued.refreshToken, requestMeta }))
    expect(await outcomeOf(refresh(core, { refreshToken: third.refreshToken, requestMeta }))).toBe(
      'invalidRefreshToken',
    )
  })

  it.each([-86_400, -1])(
    'does not extend the reuse grace when the clock goes back by %d seconds',
    async (seconds) => {
      const core = testCore()
      const { issued } = await signUpAda(core)
      const next = await refresh(core, { refreshToken: issued.refreshToken, requestMeta })
      core.advance(seconds)
      await outcomeOf(refresh(core, { refreshToken: issued.refreshToken, requestMeta }))
      const outcome = await outcomeOf(refresh(core, { refreshToken: next.refreshToken, requestMeta }))
      expect(outcome).toBe(seconds === -1 ? 'succeeded' : 'invalidRefreshToken')
    },
  )

  it('extends a session by refreshing, but never beyond its absolute timeout', async () => {
    const core = testCore({ session: { idleSeconds: 7 * 86_400, absoluteSeconds: 20 * 86_400 } })
    const { issued } = await signUpAda(core)
    let { refreshToken } = issued
    for (let day = 6; day < 20; day += 6) {
      core.advance(6 * 86_400)
      refreshToken = (await refresh(core, { refreshToken, requestMeta })).refreshToken
    }
    core.advance(2 * 86_400)
    expect(await outcomeOf(refresh(core, { refreshToken, requestMeta }))).toBe('sessionExpired')
  })

  it('distinguishes expired sessions, revoked sessions and deleted users', async () => {
    const core = testCore()
    const [first, second, third] = [
      await signUpAda(core),
      await signUpAda(core, { email: 'b@example.org' }),
      await signUpAda(core, { email: 'c@example.org' }),
    ]
    const attempt = ({ issued }: typeof first) =>
      outcomeOf(refresh(core, { refreshToken: issued.refreshToken, requestMeta }))
    await core.store.write([revokeSessionsChange(second.user.id)])
    expect(await attempt(second)).toBe('invalidRefreshToken')
    await administer(core, third.user.id, { status: 'deleted' })
    expect(await attempt(third)).toBe('userNotFound')
    core.advance(7 * 86_400)
    expect(await attempt(first)).toBe('sessionExpired')
    await core.store.write([revokeSessionsChange(first.user.id)])
    expect(await attempt(first)).toBe('sessionExpired')
    expect(await outcomeOf(refresh(core, { refreshToken: 'not-a-token', requestMeta }))).toBe(
      'invalidRefreshToken',
    )
  })

  it('rejects disabled users, other realms and unverified emails', async () => {
    const core = testCore()
    const { issued, user } = await signUpAda(core)
    const attempt = (realm = '') =>
      outcomeOf(refresh(core, { refreshToken: issued.refreshToken, requestMeta, realm }))
    expect(await attempt('prod')).toBe('wrongRealm')
    core.rules.signIn.requiresVerifiedEmail = true
    expect(await attempt()).toBe('emailNotVerified')
    core.rules.signIn.requiresVerifiedEmail = false
    await administer(core, user.id, { status: 'disabled' })
    expect(await attempt()).toBe('userDisabled')
  })

  it('puts the current role of the user into the new access token', async () => {
    const core = testCore({ accessToken: { claims: ({ role }) => ({ role }) } })
    const { issued, user } = await signUpAda(core)
    await administer(core, user.id, { role: 'admin' })
    const next = await refresh(core, { refreshToken: issued.refreshToken, requestMeta })
    expect(JSON.parse(atob(next.accessToken.split('.')[1] ?? ''))).toMatchObject({ role: 'admin' })
  })
})

describe('a single refresh token per user', () => {
  it('revokes the refresh token at another sign-in, but keeps the access token valid', async () => {
    const core = testCore({ session: { oneRefreshTokenPerUser: true } })
    const { issued } = await signUpAda(core)
    const elsewhere = await signIn(core, ada)
    expect(await outcomeOf(refresh(core, { refreshToken: issued.refreshToken, requestMeta }))).toBe(
      'sessionExpired',
    )
    expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe('succeeded')
    expect(await outcomeOf(refresh(core, { refreshToken: elsewhere.refreshToken, requestMeta }))).toBe(
      'succeeded',
    )
    core.advance(3600)
    expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe('expiredToken')
  })
})

describe('guests', () => {
  it('expires a guest one day after the latest token', async () => {
    const core = testCore()
    const { refreshToken } = await signInAsGuest(core, { realm: '', name: 'Visitor', requestMeta })
    core.advance(23 * 3600)
    const next = await refresh(core, { refreshToken, requestMeta })
    core.advance(23 * 3600)
    const last = await refresh(core, { refreshToken: next.refreshToken, requestMeta })
    core.advance(24 * 3600)
    expect(await outcomeOf(refresh(core, { refreshToken: last.refreshToken, requestMeta }))).toBe(
      'userNotFound',
    )
  })
})

describe('sign-out', () => {
  it('ends the session of an additional refresh token only if it belongs to the same user', async () => {
    const core = testCore()
    const mine = await signUpAda(core)
    const alsoMine = await signIn(core, ada)
    const foreign = await signUpAda(core, { email: 'b@example.org' })
    for (const refreshToken of ['garbage', foreign.issued.refreshToken, alsoMine.refreshToken]) {
      const { accessToken } = await signIn(core, ada)
      const sessionWithUser = await authenticate(core, { token: accessToken })
      await signOut(core, { sessionWithUser, requestMeta, refreshToken })
      expect(await outcomeOf(authenticate(core, { token: accessToken }))).toBe('invalidToken')
    }
    expect(await outcomeOf(authenticate(core, { token: mine.issued.accessToken }))).toBe('succeeded')
    expect(await outcomeOf(authenticate(core, { token: foreign.issued.accessToken }))).toBe('succeeded')
    expect(await outcomeOf(authenticate(core, { token: alsoMine.accessToken }))).toBe('invalidToken')
  })
})
