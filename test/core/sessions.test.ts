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
  ['a session of one access token', access, 3600],
])('%s', (_, rules, seconds) => {
  it('lives for its time, fixed, and is found by what is not stored', async () => {
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

  it('ends with signing out, and no other with it', async () => {
    const core = testCore(rules)
    const { issued } = await signUpAda(core)
    const other = await signIn(core, ada)
    const sessionWithUser = await authenticate(core, { token: issued.accessToken })
    await signOut(core, { sessionWithUser, requestMeta })
    expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe('invalidToken')
    expect(await outcomeOf(authenticate(core, { token: other.accessToken }))).toBe('succeeded')
  })

  it('feels at once what happens to its user', async () => {
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

  it('belongs to a realm', async () => {
    const core = testCore(rules)
    const { issued } = await signUpAda(core, { realm: 'dev' })
    const token = issued.accessToken
    expect(await outcomeOf(authenticate(core, { token, realm: 'dev' }))).toBe('succeeded')
    expect(await outcomeOf(authenticate(core, { token, realm: 'prod' }))).toBe('wrongRealm')
  })

  it('cannot be refreshed', async () => {
    const core = testCore(rules)
    const { issued } = await signUpAda(core)
    expect(await outcomeOf(refresh(core, { refreshToken: '', requestMeta }))).toBe('invalidRefreshToken')
    if (rules.session.kind === 'access')
      expect(await outcomeOf(refresh(core, { refreshToken: issued.accessToken, requestMeta }))).toBe(
        'invalidRefreshToken',
      )
  })
})

describe('an opaque token', () => {
  it('is 64 hex digits', async () => {
    expect((await signUpAda(testCore(opaque))).issued.accessToken).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('refreshing', () => {
  it('replaces both tokens, and the old ones are dead', async () => {
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

  it('takes no access token, and a refresh token is none', async () => {
    const core = testCore()
    const { issued } = await signUpAda(core)
    expect(await outcomeOf(refresh(core, { refreshToken: issued.accessToken, requestMeta }))).toBe(
      'invalidRefreshToken',
    )
    expect(await outcomeOf(authenticate(core, { token: issued.refreshToken }))).toBe('invalidToken')
  })

  it.each(engines)('succeeds for one of fifty at once (%s)', async (_, open) => {
    const core = testCore({}, open())
    const { issued } = await signUpAda(core)
    const outcomes = await countOutcomes(
      times(50, () => refresh(core, { refreshToken: issued.refreshToken, requestMeta })),
    )
    expect(outcomes).toEqual({ succeeded: 1, invalidRefreshToken: 49 })
    expect(await core.store.count('sessions', {})).toBe(1)
    expect(core.events.filter(({ name }) => name === 'refreshTokenReuse')).toEqual([])
  })

  it('forgives a predecessor that comes back within ten seconds', async () => {
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
  ] as const)('ends the stolen %s when a spent token comes back later', async (onReuse, other) => {
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

  it('forgives the immediate predecessor only', async () => {
    const core = testCore()
    const { issued } = await signUpAda(core)
    const second = await refresh(core, { refreshToken: issued.refreshToken, requestMeta })
    const third = await refresh(core, { refreshToken: second.refreshToken, requestMeta })
    await outcomeOf(refresh(core, { refreshToken: issued.refreshToken, requestMeta }))
    expect(await outcomeOf(refresh(core, { refreshToken: third.refreshToken, requestMeta }))).toBe(
      'invalidRefreshToken',
    )
  })

  it.each([-86_400, -1])('is no more forgiving after the clock went back by %d s', async (seconds) => {
    const core = testCore()
    const { issued } = await signUpAda(core)
    const next = await refresh(core, { refreshToken: issued.refreshToken, requestMeta })
    core.advance(seconds)
    await outcomeOf(refresh(core, { refreshToken: issued.refreshToken, requestMeta }))
    const outcome = await outcomeOf(refresh(core, { refreshToken: next.refreshToken, requestMeta }))
    expect(outcome).toBe(seconds === -1 ? 'succeeded' : 'invalidRefreshToken')
  })

  it('goes on for as long as it happens in time, but never past the absolute end', async () => {
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

  it('tells an expired session, an ended one and a deleted user apart', async () => {
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

  it('is refused for a disabled user, another realm, and an address to be verified', async () => {
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

  it('carries the present state of the user', async () => {
    const core = testCore({ accessToken: { claims: ({ role }) => ({ role }) } })
    const { issued, user } = await signUpAda(core)
    await administer(core, user.id, { role: 'admin' })
    const next = await refresh(core, { refreshToken: issued.refreshToken, requestMeta })
    expect(JSON.parse(atob(next.accessToken.split('.')[1] ?? ''))).toMatchObject({ role: 'admin' })
  })
})

describe('one refresh token per user', () => {
  it('is replaced by signing in elsewhere, while access tokens live out', async () => {
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

describe('a guest', () => {
  it('lives for a day after the last token', async () => {
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

describe('signing out', () => {
  it('ends the session of a refresh token that is sent along, if it is the same user’s', async () => {
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
