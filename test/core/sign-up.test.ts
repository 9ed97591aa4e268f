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

describe('sign-up', () => {
  it('creates an account and a session', async () => {
    const core = testCore()
    const { user, issued } = await signUpAda(core, { email: ' Ada@Example.ORG ' })
    expect(user).toMatchObject({ email: 'ada@example.org', name: 'Ada', role: 'user', emailVerifiedAt: null })
    expect((await authenticate(core, { token: issued.accessToken })).user).toEqual(user)
    expect(core.events).toMatchObject([
      { name: 'signUp', outcome: 'succeeded', userId: user.id, ip: '192.0.2.1' },
    ])
  })

  it('keeps the password out of results and events', async () => {
    const core = testCore()
    const { user, issued } = await signUpAda(core)
    expect(JSON.stringify([user, issued, core.events])).not.toContain(ada.password)
  })

  it('opens no session and mails a link if the rules say so', async () => {
    const core = testCore({ signUp: { opensSession: false, sendsVerification: true } })
    expect((await signUp(core, ada)).issued).toBeNull()
    expect(await core.sentMails()).toMatchObject([
      { kind: 'verifyEmail', to: 'ada@example.org', name: 'Ada' },
    ])
  })

  it.each(engines)(
    'creates one account for concurrent sign-ups with any spelling of an email (%s)',
    async (_, open) => {
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
    },
  )

  it('allows the same email in another realm', async () => {
    const core = testCore()
    await signUpAda(core, { realm: 'dev' })
    await signUpAda(core, { realm: 'prod' })
    expect(await outcomeOf(signUp(core, { ...ada, realm: 'dev' }))).toBe('emailTaken')
  })

  it('rejects a taken email without hashing the password', async () => {
    const core = testCore()
    await signUpAda(core)
    const before = core.hashes()
    await outcomeOf(signUp(core, ada))
    expect(core.hashes()).toBe(before)
  })

  it('limits sign-ups with taken emails per network and reveals nothing beyond the limit', async () => {
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

  it('writes nothing if the extra changes cannot be written', async () => {
    const core = testCore()
    const extraChanges = () => [
      insert('memberships', { organizationId: 'none', userId: 'none', role: 'admin', createdAt: 0 }),
    ]
    await expect(signUp(core, { ...ada, extraChanges })).rejects.toThrow('could not be written')
    expect(await core.store.count('users', {})).toBe(0)
    expect(await core.store.count('sessions', {})).toBe(0)
  })

  it('reveals nothing about email and password if the sign-up is not authorized', async () => {
    const core = testCore()
    await signUpAda(core)
    const authorizeSignUp = async () => {
      throw new AuthError('registrationClosed')
    }
    for (const password of [ada.password, 'short'])
      expect(await outcomeOf(signUp(core, { ...ada, password, authorizeSignUp }))).toBe('registrationClosed')
    expect(core.events.at(-1)).toMatchObject({ name: 'signUp', reason: 'registrationClosed' })
  })

  it('lets only one of several concurrent sign-ups consume an invitation', async () => {
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
    [{ email: 'not-an-email' }, 'invalidEmail'],
    [{ password: 'short' }, 'passwordTooShort'],
    [{ password: 'password123' }, 'commonPassword'],
  ])('rejects a sign-up with %j', async (wrong, code) => {
    const core = testCore()
    expect(await outcomeOf(signUp(core, { ...ada, ...wrong }))).toBe(code)
    expect(core.events).toMatchObject([{ name: 'signUp', outcome: 'refused', reason: code }])
  })
})

describe('accounts that are never verified', () => {
  const rules = {
    signUp: { opensSession: false, sendsVerification: true, unverifiedLifetimeSeconds: 86_400 },
    signIn: { requiresVerifiedEmail: true },
  }

  it('frees the email of an unverified account when it expires', async () => {
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

describe('guest sign-in', () => {
  it('creates a guest with a session, but without an email', async () => {
    const core = testCore()
    const { user, accessToken } = await signInAsGuest(core, { realm: '', name: 'Visitor', requestMeta })
    expect(user).toMatchObject({ role: 'guest', provider: 'guest', email: null, passwordHash: null })
    expect((await authenticate(core, { token: accessToken })).userId).toBe(user.id)
    expect(() => assertNotGuest(user)).toThrow('guestNotAllowed')
  })

  it('allows several guests with the same name', async () => {
    const core = testCore()
    const guests = await Promise.all(
      times(3, () => signInAsGuest(core, { realm: '', name: 'Visitor', requestMeta })),
    )
    expect(new Set(guests.map(({ user }) => user.id)).size).toBe(3)
  })
})
