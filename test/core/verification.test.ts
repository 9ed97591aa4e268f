import { describe, expect, it } from 'vitest'
import { hashOf } from '../../src/core/secrets.ts'
import { signIn } from '../../src/core/sign-in.ts'
import { signUp } from '../../src/core/sign-up.ts'
import { remove, update } from '../../src/core/store.ts'
import { confirmVerification, sendVerification } from '../../src/core/verification.ts'
import {
  ada,
  countOutcomes,
  engines,
  mailedToken,
  outcomeOf,
  requestMeta,
  signUpAda,
  testCore,
  times,
} from './core.ts'

const email = 'ada@example.org'
const send = (core: Parameters<typeof sendVerification>[0], to = email) =>
  sendVerification(core, { realm: '', email: to, requestMeta })
const confirm = (core: Parameters<typeof sendVerification>[0], token: string, named?: string) =>
  confirmVerification(core, { realm: '', token, requestMeta, ...(named !== undefined && { email: named }) })

describe('verification mails', () => {
  it('sends the link that the rules define', async () => {
    const links = {
      verifyEmail: ({
        token,
        email,
        callbackUrl,
      }: {
        token: string
        email: string
        callbackUrl: string | null
      }) => `${callbackUrl}?token=${token}&email=${email}`,
      resetPassword: () => null,
      invitation: () => null,
    }
    const core = testCore({ mail: { links } })
    await signUpAda(core)
    await sendVerification(core, { realm: '', email, callbackUrl: 'https://app.example.com/v', requestMeta })
    const [mail] = await core.sentMails()
    expect(mail).toMatchObject({ kind: 'verifyEmail', to: email, name: 'Ada' })
    expect(mail?.link).toBe(`https://app.example.com/v?token=${mail?.token}&email=${email}`)
  })

  it('stores only the hash of the token', async () => {
    const core = testCore()
    await signUpAda(core)
    await send(core)
    const token = await mailedToken(core, 'verifyEmail')
    expect(token).toMatch(/^[\w-]{43}$/)
    const rows = JSON.stringify([
      await core.store.list('oneTimeTokens', {}, { orderBy: 'createdAt' }),
      await core.store.list('outbox', {}, { orderBy: 'createdAt' }),
    ])
    expect(rows).toContain(hashOf(token))
    expect(rows).not.toContain(token)
  })

  it('does the same work for an unknown email, but sends nothing', async () => {
    const core = testCore()
    await signUpAda(core)
    const before = await core.store.count('oneTimeTokens', {})
    await send(core, 'unknown@example.org')
    expect(await core.store.count('oneTimeTokens', {})).toBe(before + 1)
    expect(await core.store.count('outbox', {})).toBe(1)
    expect(await core.sentMails()).toEqual([])
  })

  it('reveals that an email is verified only if the rules say so', async () => {
    const core = testCore({ limits: { mailPause: null } })
    const { user } = await signUpAda(core)
    await core.store.write([update('users', { id: user.id }, { emailVerifiedAt: 1 })])
    expect(await outcomeOf(send(core))).toBe('succeeded')
    expect(await core.sentMails()).toEqual([])
    core.rules.verification.revealsVerified = true
    expect(await outcomeOf(send(core))).toBe('alreadyVerified')
    expect(await outcomeOf(send(core, 'unknown@example.org'))).toBe('succeeded')
  })

  it.each(['reject', 'drop'] as const)(
    'limits mails per recipient by a pause and an hourly total (%s)',
    async (overLimit) => {
      const core = testCore({ mail: { overLimit } })
      await signUpAda(core)
      const over = overLimit === 'reject' ? 'tooManyMails' : 'succeeded'
      for (let round = 0; round < 5; round++) {
        expect(await outcomeOf(send(core))).toBe('succeeded')
        expect(await outcomeOf(send(core))).toBe(over)
        core.advance(60)
      }
      expect(await outcomeOf(send(core))).toBe(over)
      expect(await outcomeOf(send(core, 'unknown@example.org'))).toBe('succeeded')
      expect(await outcomeOf(send(core, 'unknown@example.org'))).toBe(over)
      expect(await core.sentMails()).toHaveLength(5)
    },
  )

  it('sends nothing beyond the limit of all mails, without an error', async () => {
    const core = testCore({
      limits: { mailsInTotal: { max: 1, windowSeconds: 3600 } },
      mail: { overLimit: 'reject' },
    })
    await signUpAda(core)
    await signUpAda(core, { email: 'b@example.org' })
    for (const to of [email, 'b@example.org']) expect(await outcomeOf(send(core, to))).toBe('succeeded')
    expect(await core.sentMails()).toHaveLength(1)
  })
})

describe('verification tokens', () => {
  const setUp = async (
    rules: Parameters<typeof testCore>[0] = {},
    store?: Parameters<typeof testCore>[1],
  ) => {
    const core = testCore(rules, store)
    const { user } = await signUpAda(core)
    await send(core)
    return { core, user, token: await mailedToken(core, 'verifyEmail') }
  }

  it('verifies the email without opening a session', async () => {
    const { core, user, token } = await setUp()
    await core.store.write([remove('sessions', { userId: user.id })])
    expect(await confirm(core, token)).toMatchObject({ email, emailVerifiedAt: core.now() })
    expect(await core.store.count('sessions', {})).toBe(0)
  })

  it.each(engines)('accepts only one of 50 concurrent confirmations (%s)', async (_, open) => {
    const { core, token } = await setUp({}, open())
    const outcomes = await countOutcomes(times(50, () => confirm(core, token)))
    expect(outcomes).toEqual({ succeeded: 1, invalidMailToken: 49 })
  })

  it('accepts a token repeatedly until it expires if the rules say so', async () => {
    const { core, token } = await setUp({ verification: { singleUse: false } })
    const first = await confirm(core, token)
    core.advance(3600)
    expect(await confirm(core, token)).toEqual(first)
    core.advance(86_400 - 3600)
    expect(await outcomeOf(confirm(core, token))).toBe('expiredMailToken')
  })

  it('rejects expired tokens', async () => {
    const { core, token } = await setUp()
    core.advance(86_399)
    expect(await outcomeOf(confirm(core, token, 'other@example.org'))).toBe('invalidMailToken')
    core.advance(1)
    expect(await outcomeOf(confirm(core, token))).toBe('expiredMailToken')
  })

  it('rejects superseded tokens if the rules say so', async () => {
    for (const [supersedes, expected] of [
      [true, 'invalidMailToken'],
      [false, 'succeeded'],
    ] as const) {
      const { core, token } = await setUp({ verification: { supersedes } })
      core.advance(60)
      await send(core)
      expect(await outcomeOf(confirm(core, token))).toBe(expected)
    }
  })

  it('rejects a token for another email or realm, or after the email has changed', async () => {
    const { core, user, token } = await setUp()
    expect(await outcomeOf(confirm(core, token, 'other@example.org'))).toBe('invalidMailToken')
    expect(await outcomeOf(confirmVerification(core, { realm: 'prod', token, requestMeta }))).toBe(
      'invalidMailToken',
    )
    await core.store.write([update('users', { id: user.id }, { email: 'new@example.org' })])
    expect(await outcomeOf(confirm(core, token))).toBe('invalidMailToken')
  })

  it('rejects a reusable token after the email has changed', async () => {
    const { core, user, token } = await setUp({ verification: { singleUse: false } })
    await confirm(core, token)
    await core.store.write([update('users', { id: user.id }, { email: 'new@example.org' })])
    expect(await outcomeOf(confirm(core, token))).toBe('invalidMailToken')
  })

  it('reports an already verified email if the rules say so', async () => {
    const { core, token } = await setUp({ verification: { revealsVerified: true } })
    expect(await outcomeOf(confirm(core, token, email))).toBe('succeeded')
    expect(await outcomeOf(confirm(core, token, email))).toBe('alreadyVerified')
  })
})

describe('accounts that need verification', () => {
  const rules = {
    signUp: { opensSession: false, sendsVerification: true, unverifiedLifetimeSeconds: 86_400 },
    signIn: { requiresVerifiedEmail: true },
    verification: { supersedes: false, singleUse: false },
  }

  it('allows sign-in permanently after the verification', async () => {
    const core = testCore(rules)
    await signUp(core, ada)
    expect(await outcomeOf(signIn(core, ada))).toBe('emailNotVerified')
    await confirm(core, await mailedToken(core, 'verifyEmail'))
    core.advance(10 * 86_400)
    expect(await outcomeOf(signIn(core, ada))).toBe('succeeded')
  })

  it('sends at most one mail per minute, which the sign-up starts', async () => {
    const core = testCore(rules)
    await signUp(core, ada)
    await send(core)
    expect(await core.sentMails()).toHaveLength(1)
    core.advance(80_000)
    await send(core)
    expect(await core.sentMails()).toHaveLength(2)
    await confirm(core, await mailedToken(core, 'verifyEmail'))
    expect(await outcomeOf(signIn(core, ada))).toBe('succeeded')
  })

  it.each(engines)('does not extend an unverified account with further mails (%s)', async (_, open) => {
    const core = testCore(rules, open())
    await signUp(core, ada)
    for (const seconds of [80_000, 6_399]) {
      core.advance(seconds)
      await send(core)
      expect(await outcomeOf(signIn(core, ada))).toBe('emailNotVerified')
    }
    const token = await mailedToken(core, 'verifyEmail')
    core.advance(1)
    expect(await outcomeOf(signIn(core, ada))).toBe('invalidCredentials')
    expect(await outcomeOf(confirm(core, token))).toBe('invalidMailToken')
    const owner = { ...ada, password: 'the password of the owner' }
    expect(await outcomeOf(signUp(core, owner))).toBe('succeeded')
    await confirm(core, await mailedToken(core, 'verifyEmail'))
    expect(await outcomeOf(signIn(core, owner))).toBe('succeeded')
  })
})
