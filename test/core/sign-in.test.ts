import { Secret, TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { changePassword } from '../../src/core/password-change.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { signIn } from '../../src/core/sign-in.ts'
import { update } from '../../src/core/store.ts'
import { ada, administer, countOutcomes, outcomeOf, requestMeta, signUpAda, testCore, times } from './core.ts'

describe('sign-in', () => {
  it('opens a new session each time', async () => {
    const core = testCore()
    const { issued } = await signUpAda(core)
    const signIns = [
      issued,
      await signIn(core, ada),
      await signIn(core, { ...ada, email: 'ADA@example.org ' }),
    ]
    expect(new Set(signIns.map(({ accessToken }) => accessToken)).size).toBe(3)
    for (const { accessToken } of signIns)
      expect((await authenticate(core, { token: accessToken })).user.email).toBe('ada@example.org')
  })

  it('returns the same error for unknown emails, wrong passwords and accounts without a password', async () => {
    const core = testCore()
    const { user } = await signUpAda(core)
    const oauth = await signUpAda(core, { email: 'leo@example.org' })
    await core.store.write([update('users', { id: oauth.user.id }, { passwordHash: null })])
    await administer(core, user.id, { status: 'disabled' })
    for (const wrong of [
      { email: 'ada@example.org', password: 'wrong' },
      { email: 'leo@example.org' },
      { email: 'unknown@example.org' },
      { email: 'not an email' },
      { email: '' },
    ]) {
      const before = core.hashes()
      const error = await signIn(core, { ...ada, ...wrong }).catch((error) => error)
      expect([error.code, error.details, core.hashes() - before]).toEqual(['invalidCredentials', {}, 1])
    }
  })

  it('reveals the state of an account only after the right password', async () => {
    const core = testCore({ signIn: { requiresVerifiedEmail: true } })
    const { user } = await signUpAda(core)
    expect(await outcomeOf(signIn(core, ada))).toBe('emailNotVerified')
    await administer(core, user.id, { status: 'disabled' })
    expect(await outcomeOf(signIn(core, ada))).toBe('userDisabled')
    await administer(core, user.id, { status: 'active' })
    await core.store.write([update('users', { id: user.id }, { emailVerifiedAt: core.now() })])
    expect(await outcomeOf(signIn(core, ada))).toBe('succeeded')
  })

  it('locks an account after ten failures, without affecting others', async () => {
    const core = testCore()
    await signUpAda(core)
    await signUpAda(core, { email: 'grace@example.org' })
    const guesses = times(10, () => signIn(core, { ...ada, password: 'wrong' }))
    expect(await countOutcomes(guesses)).toEqual({ invalidCredentials: 10 })
    expect(await outcomeOf(signIn(core, ada))).toBe('accountLocked')
    expect(await outcomeOf(signIn(core, { ...ada, email: 'grace@example.org' }))).toBe('succeeded')
    core.advance(900)
    expect(await outcomeOf(signIn(core, ada))).toBe('succeeded')
  })

  it('replaces an outdated password hash', async () => {
    const core = testCore()
    const { user } = await signUpAda(core)
    const weak = user.passwordHash?.replace('strong', 'weak') ?? null
    await core.store.write([update('users', { id: user.id }, { passwordHash: weak })])
    await signIn(core, ada)
    expect((await core.store.find('users', { id: user.id }))?.passwordHash).toBe(user.passwordHash)
  })

  it('rejects a password that is changed while it is being verified', async () => {
    const core = testCore()
    const { issued } = await signUpAda(core)
    const sessionWithUser = await authenticate(core, { token: issued.accessToken })
    const slow = { ...core, hasher: { ...core.hasher } }
    slow.hasher.verify = async (phc, password) => {
      const matches = await core.hasher.verify(phc, password)
      await changePassword(core, {
        sessionWithUser,
        currentPassword: ada.password,
        newPassword: 'another-horse-9',
        requestMeta,
      })
      return matches
    }
    expect(await outcomeOf(signIn(slow, ada))).toBe('invalidCredentials')
    expect(await core.store.count('sessions', {})).toBe(1)
  })

  it('refunds attempts that fail because of overload', async () => {
    const core = testCore()
    await signUpAda(core)
    const { AuthError } = await import('../../src/core/errors.ts')
    const busy = {
      ...core,
      hasher: {
        ...core.hasher,
        verify: () => Promise.reject(new AuthError('overloaded', { retryAfterSeconds: 1 })),
      },
    }
    expect(await countOutcomes(times(30, () => signIn(busy, ada)))).toEqual({
      overloaded: 10,
      accountLocked: 20,
    })
    expect(await outcomeOf(signIn(core, ada))).toBe('succeeded')
  })
})

describe('the second factor', () => {
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  const codeAt = (timestamp: number) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp })
  const setUp = async () => {
    const core = testCore()
    const { user } = await signUpAda(core)
    await core.store.write([update('users', { id: user.id }, { totpSecret: secret })])
    return core
  }

  it('asks for the code only after the right password', async () => {
    const core = await setUp()
    expect(await outcomeOf(signIn(core, { ...ada, password: 'wrong' }))).toBe('invalidCredentials')
    expect(await outcomeOf(signIn(core, ada))).toBe('mfaRequired')
    expect(await outcomeOf(signIn(core, { ...ada, mfaCode: codeAt(core.now()) }))).toBe('succeeded')
  })

  it('accepts codes that are at most one period off', async () => {
    for (const [seconds, expected] of [
      [-60, 'invalidMfaCode'],
      [-30, 'succeeded'],
      [30, 'succeeded'],
      [60, 'invalidMfaCode'],
    ] as const) {
      const core = await setUp()
      expect(
        await outcomeOf(signIn(core, { ...ada, mfaCode: codeAt(core.now() + seconds * 1000) })),
        `${seconds}`,
      ).toBe(expected)
    }
  })

  it('accepts a code only once, even concurrently', async () => {
    const core = await setUp()
    const mfaCode = codeAt(core.now())
    expect(await countOutcomes(times(5, () => signIn(core, { ...ada, mfaCode })))).toEqual({
      succeeded: 1,
      invalidMfaCode: 4,
    })
    core.advance(30)
    expect(await outcomeOf(signIn(core, { ...ada, mfaCode }))).toBe('invalidMfaCode')
    expect(await outcomeOf(signIn(core, { ...ada, mfaCode: codeAt(core.now()) }))).toBe('succeeded')
  })

  it('counts wrong codes as failures, so that they cannot be guessed', async () => {
    const core = await setUp()
    const guesses = times(12, (index) => signIn(core, { ...ada, mfaCode: `00000${index % 10}` }))
    expect(await countOutcomes(guesses)).toEqual({ invalidMfaCode: 10, accountLocked: 2 })
  })
})
