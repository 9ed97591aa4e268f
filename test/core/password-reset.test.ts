import { describe, expect, it } from 'vitest'
import { authenticateApiKey, createApiKey } from '../../src/core/api-keys.ts'
import { confirmPasswordReset, requestPasswordReset } from '../../src/core/password-reset.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { signIn } from '../../src/core/sign-in.ts'
import { insert, type Store, update } from '../../src/core/store.ts'
import { confirmVerification, sendVerification } from '../../src/core/verification.ts'
import {
  ada,
  administer,
  countOutcomes,
  engines,
  mailedToken,
  outcomeOf,
  requestMeta,
  signUpAda,
  type TestCore,
  testCore,
  times,
} from './core.ts'

const email = 'ada@example.org'
const newPassword = 'a-brand-new-horse'
const request = (core: TestCore, to = email) =>
  requestPasswordReset(core, { realm: '', email: to, requestMeta })
const confirm = (core: TestCore, token: string, password = newPassword, named?: string) =>
  confirmPasswordReset(core, {
    realm: '',
    token,
    newPassword: password,
    requestMeta,
    ...(named !== undefined && { email: named }),
  })

const setUp = async (
  rules: Parameters<typeof testCore>[0] = {},
  { open, isVerified = false }: { open?: () => Store; isVerified?: boolean } = {},
) => {
  const core = testCore(rules, open?.())
  const { user, issued } = await signUpAda(core)
  if (isVerified) await core.store.write([update('users', { id: user.id }, { emailVerifiedAt: core.now() })])
  await request(core)
  return { core, user, issued, token: await mailedToken(core, 'resetPassword') }
}

describe('password reset requests', () => {
  it('writes the same rows for an unknown email, but mails nothing', async () => {
    const core = testCore()
    await signUpAda(core)
    for (const to of [email, 'unknown@example.org']) {
      const rows = async () => [
        await core.store.count('oneTimeTokens', {}),
        await core.store.count('outbox', {}),
      ]
      const [tokens = 0, mails = 0] = await rows()
      expect(await request(core, to)).toBeUndefined()
      expect(await rows()).toEqual([tokens + 1, mails + 1])
    }
    expect((await core.sentMails()).map(({ to }) => to)).toEqual([email])
  })

  it('stores only unusable tokens for unknown emails', async () => {
    const core = testCore()
    await request(core, 'unknown@example.org')
    const rows = await core.store.list('oneTimeTokens', {}, { orderBy: 'createdAt' })
    expect(rows).toMatchObject([{ purpose: 'dummy', userId: null, email: null }])
  })
})

describe('password resets', () => {
  it.each([
    ['verifies the email', false],
    ['keeps it verified', true],
  ])('sets the password, ends all sessions, notifies the user and %s', async (_, isVerified) => {
    const { core, user, issued, token } = await setUp({}, { isVerified })
    const elsewhere = await signIn(core, ada)
    expect(await confirm(core, token)).toBeUndefined()
    expect(await outcomeOf(signIn(core, ada))).toBe('invalidCredentials')
    for (const { accessToken } of [issued, elsewhere])
      expect(await outcomeOf(authenticate(core, { token: accessToken }))).toBe('invalidToken')
    expect((await signIn(core, { ...ada, password: newPassword })).user).toMatchObject({
      id: user.id,
      emailVerifiedAt: core.now(),
    })
    const notification = { kind: 'passwordChanged', to: email, name: 'Ada', token: null, link: null }
    expect(await core.sentMails()).toContainEqual(notification)
  })

  it.each(engines)('accepts one of 50 concurrent resets and sets its password (%s)', async (_, open) => {
    // Verified, so that only the token decides.
    const { core, token } = await setUp({ limits: { failuresByAccount: null } }, { open, isVerified: true })
    const passwords = times(50, (index) => `horse-number-${index}-wins`)
    const attempts = passwords.map((password) => confirm(core, token, password))
    expect(await countOutcomes(attempts)).toEqual({ succeeded: 1, invalidMailToken: 49 })
    const settled = await Promise.allSettled(attempts)
    const winner = settled.findIndex(({ status }) => status === 'fulfilled')
    const signIns = await Promise.all(
      passwords.map((password) => outcomeOf(signIn(core, { ...ada, password }))),
    )
    expect(signIns.indexOf('succeeded')).toBe(winner)
    expect(signIns.filter((outcome) => outcome === 'succeeded')).toHaveLength(1)
  })

  it('accepts only the newest token, once, until it expires', async () => {
    const { core, token: older } = await setUp()
    core.advance(60)
    await request(core)
    const newer = await mailedToken(core, 'resetPassword')
    expect(await outcomeOf(confirm(core, older))).toBe('invalidMailToken')
    core.advance(3599)
    expect(await outcomeOf(confirm(core, newer))).toBe('succeeded')
    expect(await outcomeOf(confirm(core, newer))).toBe('invalidMailToken')
    const second = await setUp()
    second.core.advance(3600)
    expect(await outcomeOf(confirm(second.core, second.token))).toBe('expiredMailToken')
  })

  it('rejects tokens of another purpose, email, realm or user', async () => {
    const { core, user, token } = await setUp()
    expect(await outcomeOf(confirmVerification(core, { realm: '', token, requestMeta }))).toBe(
      'invalidMailToken',
    )
    await sendVerification(core, { realm: '', email, requestMeta })
    expect(await outcomeOf(confirm(core, await mailedToken(core, 'verifyEmail')))).toBe('invalidMailToken')
    expect(await outcomeOf(confirm(core, token, newPassword, 'other@example.org'))).toBe('invalidMailToken')
    expect(
      await outcomeOf(confirmPasswordReset(core, { realm: 'prod', token, newPassword, requestMeta })),
    ).toBe('invalidMailToken')
    await core.store.write([update('users', { id: user.id }, { email: 'new@example.org' })])
    expect(await outcomeOf(confirm(core, token))).toBe('invalidMailToken')
    await administer(core, user.id, { status: 'deleted' })
    expect(await outcomeOf(confirm(core, token))).toBe('invalidMailToken')
  })

  it.each(['short', 'password123', 'horse-\ud800-staple', 'x'.repeat(129)])(
    'keeps the token usable after rejecting the password %j',
    async (password) => {
      const { core, token } = await setUp()
      expect(await outcomeOf(confirm(core, token, password))).toMatch(/[pP]assword/)
      expect(await outcomeOf(confirm(core, token))).toBe('succeeded')
    },
  )

  it('rejects the current password if it must differ, even if it is common', async () => {
    const { core, token, user } = await setUp({ password: { mustDiffer: true } })
    expect(await outcomeOf(confirm(core, token, ada.password))).toBe('passwordUnchanged')
    const common = await core.hasher.hash('password123')
    await core.store.write([update('users', { id: user.id }, { passwordHash: common })])
    expect(await outcomeOf(confirm(core, token, 'password123'))).toBe('passwordUnchanged')
    expect(await outcomeOf(confirm(core, token, 'qwertyuiop'))).toBe('commonPassword')
    expect(await outcomeOf(confirm(core, token))).toBe('succeeded')
  })

  it('unlocks an account that an attacker has locked', async () => {
    const { core, token } = await setUp()
    await countOutcomes(times(11, () => signIn(core, { ...ada, password: 'wrong' })))
    expect(await outcomeOf(signIn(core, ada))).toBe('accountLocked')
    await confirm(core, token)
    expect(await outcomeOf(signIn(core, { ...ada, password: newPassword }))).toBe('succeeded')
  })

  it('sets the first password of an account without one', async () => {
    const { core, user, token } = await setUp({ password: { mustDiffer: true } })
    await core.store.write([update('users', { id: user.id }, { passwordHash: null })])
    await confirm(core, token)
    expect(await outcomeOf(signIn(core, { ...ada, password: newPassword }))).toBe('succeeded')
  })

  it.each([
    ['revoked if the email was never verified', null, 0, 'revokedApiKey'],
    ['kept if the email was verified', 1, 1, 'succeeded'],
  ])('handles earlier credentials: %s', async (_, emailVerifiedAt, remaining, keyOutcome) => {
    const core = testCore()
    const { user } = await signUpAda(core)
    await core.store.write([
      update('users', { id: user.id }, { emailVerifiedAt }),
      insert('identities', { realm: '', provider: 'google', subject: '1', userId: user.id, createdAt: 0 }),
      insert('passkeys', {
        credentialId: 'c',
        userId: user.id,
        publicKey: '',
        counter: 0,
        name: '',
        createdAt: 0,
      }),
    ])
    const format = { prefix: 'key_', bytes: 24, preview: (key: string) => key.slice(0, 8) }
    const { key } = await createApiKey(core, {
      realm: '',
      name: 'CI',
      scopes: [],
      knownScopes: [],
      format,
      userId: user.id,
      authority: [],
      requestMeta,
    })
    await request(core)
    await confirm(core, await mailedToken(core, 'resetPassword'))
    expect(await core.store.count('identities', {})).toBe(remaining)
    expect(await core.store.count('passkeys', {})).toBe(remaining)
    expect(await outcomeOf(authenticateApiKey(core, { key }))).toBe(keyOutcome)
    expect(await outcomeOf(signIn(core, { ...ada, password: newPassword }))).toBe('succeeded')
  })
})
