import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/core/errors.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { signIn } from '../../src/core/sign-in.ts'
import { assertNotGuest, signInAsGuest, signUp } from '../../src/core/sign-up.ts'
import { insert, remove } from '../../src/core/store.ts'
import {
  ada,
  countOutcomes,
  engines,
  fromIp,
  outcomeOf,
  requestMeta,
  signUpAda,
  testCore,
  times,
} from './core.ts'

describe('signing up', () => {
  it('makes an account and a session', async () => {
    const core = testCore()
    const { user, issued } = await signUpAda(core, { email: ' Ada@Example.ORG ' })
    expect(user).toMatchObject({ email: 'ada@example.org', name: 'Ada', role: 'user', emailVerifiedAt: null })
    expect((await authenticate(core, { token: issued.accessToken })).user).toEqual(user)
    expect(core.events).toMatchObject([
      { name: 'signUp', outcome: 'succeeded', userId: user.id, ip: '192.0.2.1' },
    ])
  })

  it('leaves the password nowhere', async () => {
    const core = testCore()
    const { user, issued } = await signUpAda(core)
    expect(JSON.stringify([user, issued, core.events])).not.toContain(ada.password)
  })

  it('opens no session and mails a link where the rules say so', async () => {
    const core = testCore({ signUp: { opensSession: false, sendsVerification: true } })
    expect((await signUp(core, ada)).issued).toBeNull()
    expect(await core.sentMails()).toMatchObject([
      { kind: 'verifyEmail', to: 'ada@example.org', name: 'Ada' },
    ])
  })

  it.each(engines)('gives an address to one of many at once, however it is spelled (%s)', async (_, open) => {
    const core = testCore({ limits: { signUpConflicts: null } }, open())
    const spellings = [
      'jos\u00e9@example.org',
      'jose\u0301@example.org',
      'JOS\u00c9@Example.org',
      ' Jose\u0301@EXAMPLE.org',
    ]
    const outcomes = await countOutcomes(
      times(52, (index) => signUp(core, { ...ada, email: spellings[index % spellings.length] ?? '' })),
    )
    expect(outcomes).toEqual({ succeeded: 1, emailTaken: 51 })
    expect(await core.store.count('users', {})).toBe(1)
    expect(await core.store.count('sessions', {})).toBe(1)
  })

  it('keeps the addresses of realms apart', async () => {
    const core = testCore()
    await signUpAda(core, { realm: 'dev' })
    await signUpAda(core, { realm: 'prod' })
    expect(await outcomeOf(signUp(core, { ...ada, realm: 'dev' }))).toBe('emailTaken')
  })

  it('costs no hash for a taken address', async () => {
    const core = testCore()
    await signUpAda(core)
    const before = core.hashes()
    await outcomeOf(signUp(core, ada))
    expect(core.hashes()).toBe(before)
  })

  it('stops a client that tries taken addresses, and tells it nothing more', async () => {
    const core = testCore()
    await signUpAda(core)
    const attempt = (email: string, ip = '192.0.2.9') =>
      outcomeOf(signUp(core, { ...ada, email, requestMeta: fromIp(ip) }))
    for (let round = 0; round < 5; round++) expect(await attempt('ada@example.org')).toBe('emailTaken')
    expect(await attempt('ada@example.org')).toBe('rateLimited')
    expect(await attempt('free@example.org')).toBe('rateLimited')
    expect(await attempt('free@example.org', '192.0.2.10')).toBe('succeeded')
    core.advance(3600)
    expect(await attempt('ada@example.org')).toBe('emailTaken')
  })

  it('is all or nothing with what comes along', async () => {
    const core = testCore()
    const extraChanges = () => [
      insert('memberships', { organizationId: 'none', userId: 'none', role: 'admin', createdAt: 0 }),
    ]
    await expect(signUp(core, { ...ada, extraChanges })).rejects.toThrow('could not be written')
    expect(await core.store.count('users', {})).toBe(0)
    expect(await core.store.count('sessions', {})).toBe(0)
  })

  it('tells whoever is not admitted nothing about address and password', async () => {
    const core = testCore()
    await signUpAda(core)
    const authorizeSignUp = async () => {
      throw new AuthError('registrationClosed')
    }
    for (const password of [ada.password, 'short'])
      expect(await outcomeOf(signUp(core, { ...ada, password, authorizeSignUp }))).toBe('registrationClosed')
    expect(core.events.at(-1)).toMatchObject({ name: 'signUp', reason: 'registrationClosed' })
  })

  it('lets exactly one of many have what comes along and is there once', async () => {
    const core = testCore()
    const where = { tokenHash: 'once', purpose: 'invitation' }
    const row = { ...where, realm: '', userId: null, email: null, data: {}, createdAt: 0, expiresAt: 1e15 }
    await core.store.write([insert('oneTimeTokens', row)])
    const extraChanges = async () => {
      if (!(await core.store.find('oneTimeTokens', where))) throw new AuthError('invalidInvitation')
      return [remove('oneTimeTokens', where, { expect: 1 })]
    }
    const outcomes = await countOutcomes(
      times(5, (index) => signUp(core, { ...ada, email: `ada${index}@example.org`, extraChanges })),
    )
    expect(outcomes).toEqual({ succeeded: 1, invalidInvitation: 4 })
    expect(await core.store.count('users', {})).toBe(1)
  })

  it.each([
    [{ email: 'nobody' }, 'invalidEmail'],
    [{ password: 'short' }, 'passwordTooShort'],
    [{ password: 'password123' }, 'commonPassword'],
  ])('refuses %j', async (wrong, code) => {
    const core = testCore()
    expect(await outcomeOf(signUp(core, { ...ada, ...wrong }))).toBe(code)
    expect(core.events).toMatchObject([{ name: 'signUp', outcome: 'refused', reason: code }])
  })
})

describe('an account that is never verified', () => {
  const rules = {
    signUp: { opensSession: false, sendsVerification: true, unverifiedLifetimeSeconds: 86_400 },
    signIn: { requiresVerifiedEmail: true },
  }

  it('holds its address until its time is over, and not longer', async () => {
    const core = testCore(rules)
    const { user } = await signUp(core, ada)
    core.advance(86_399)
    expect(await outcomeOf(signUp(core, ada))).toBe('emailTaken')
    expect(await outcomeOf(signIn(core, ada))).toBe('emailNotVerified')
    core.advance(1)
    expect(await outcomeOf(signIn(core, ada))).toBe('invalidCredentials')
    const again = await signUp(core, { ...ada, password: 'another-horse-9' })
    expect(again.user.id).not.toBe(user.id)
    expect(await core.store.count('users', {})).toBe(1)
  })
})

describe('a guest', () => {
  it('has a session, no address and the role of a guest', async () => {
    const core = testCore()
    const { user, accessToken } = await signInAsGuest(core, { realm: '', name: 'Visitor', requestMeta })
    expect(user).toMatchObject({ role: 'guest', provider: 'guest', email: null, passwordHash: null })
    expect((await authenticate(core, { token: accessToken })).userId).toBe(user.id)
    expect(() => assertNotGuest(user)).toThrow('guestNotAllowed')
  })

  it('may have the name of another', async () => {
    const core = testCore()
    const guests = await Promise.all(
      times(3, () => signInAsGuest(core, { realm: '', name: 'Visitor', requestMeta })),
    )
    expect(new Set(guests.map(({ user }) => user.id)).size).toBe(3)
  })
})
