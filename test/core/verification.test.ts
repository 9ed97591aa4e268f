import { describe, expect, it } from 'vitest'
import { hashOf } from '../../src/core/secrets.ts'
import { signIn } from '../../src/core/sign-in.ts'
import { signUp } from '../../src/core/sign-up.ts'
import { update } from '../../src/core/store.ts'
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

describe('asking for a verification mail', () => {
  it('mails a link to the address, where the rules lead it', async () => {
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
    }
    const core = testCore({ mail: { links } })
    await signUpAda(core)
    await sendVerification(core, { realm: '', email, callbackUrl: 'https://app.example.com/v', requestMeta })
    const [letter] = await core.sentMails()
    expect(letter).toMatchObject({ kind: 'verifyEmail', to: email, name: 'Ada' })
    expect(letter?.link).toBe(`https://app.example.com/v?token=${letter?.token}&email=${email}`)
  })

  it('stores the hash of the token only', async () => {
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

  it('does the same work for nobody, and sends nothing', async () => {
    const core = testCore()
    await signUpAda(core)
    const before = await core.store.count('oneTimeTokens', {})
    await send(core, 'nobody@example.org')
    expect(await core.store.count('oneTimeTokens', {})).toBe(before + 1)
    expect(await core.store.count('outbox', {})).toBe(1)
    expect(await core.sentMails()).toEqual([])
  })

  it('says nothing about a verified address, unless the rules reveal it', async () => {
    const core = testCore({ limits: { mailPause: null } })
    const { user } = await signUpAda(core)
    await core.store.write([update('users', { id: user.id }, { emailVerifiedAt: 1 })])
    expect(await outcomeOf(send(core))).toBe('succeeded')
    expect(await core.sentMails()).toEqual([])
    core.rules.verification.revealsVerified = true
    expect(await outcomeOf(send(core))).toBe('alreadyVerified')
    expect(await outcomeOf(send(core, 'nobody@example.org'))).toBe('succeeded')
  })

  it.each(['reject', 'drop'] as const)(
    'has a pause and an hourly sum for each address: %s',
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
      expect(await outcomeOf(send(core, 'nobody@example.org'))).toBe('succeeded')
      expect(await outcomeOf(send(core, 'nobody@example.org'))).toBe(over)
      expect(await core.sentMails()).toHaveLength(5)
    },
  )

  it('sends nothing over the sum of all mails, and says nothing about it', async () => {
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

describe('a verification token', () => {
  const prepared = async (
    rules: Parameters<typeof testCore>[0] = {},
    store?: Parameters<typeof testCore>[1],
  ) => {
    const core = testCore(rules, store)
    const { user } = await signUpAda(core)
    await send(core)
    return { core, user, token: await mailedToken(core, 'verifyEmail') }
  }

  it('verifies the address, and opens no session', async () => {
    const { core, token } = await prepared()
    const before = await core.store.count('sessions', {})
    expect(await confirm(core, token)).toMatchObject({ email, emailVerifiedAt: core.now() })
    expect(await core.store.count('sessions', {})).toBe(before)
  })

  it.each(engines)('works once, however often it comes at once (%s)', async (_, open) => {
    const { core, token } = await prepared({}, open())
    const outcomes = await countOutcomes(times(50, () => confirm(core, token)))
    expect(outcomes).toEqual({ succeeded: 1, invalidMailToken: 49 })
  })

  it('works until it expires where the rules say so', async () => {
    const { core, token } = await prepared({ verification: { singleUse: false } })
    const first = await confirm(core, token)
    core.advance(3600)
    expect(await confirm(core, token)).toEqual(first)
    core.advance(86_400 - 3600)
    expect(await outcomeOf(confirm(core, token))).toBe('expiredMailToken')
  })

  it('expires', async () => {
    const { core, token } = await prepared()
    core.advance(86_399)
    expect(await outcomeOf(confirm(core, token, 'other@example.org'))).toBe('invalidMailToken')
    core.advance(1)
    expect(await outcomeOf(confirm(core, token))).toBe('expiredMailToken')
  })

  it('is void after a newer one, unless each keeps its own time', async () => {
    for (const [supersedes, expected] of [
      [true, 'invalidMailToken'],
      [false, 'succeeded'],
    ] as const) {
      const { core, token } = await prepared({ verification: { supersedes } })
      core.advance(60)
      await send(core)
      expect(await outcomeOf(confirm(core, token))).toBe(expected)
    }
  })

  it('is of no use for another address, in another realm, or after the address changed', async () => {
    const { core, user, token } = await prepared()
    expect(await outcomeOf(confirm(core, token, 'other@example.org'))).toBe('invalidMailToken')
    expect(await outcomeOf(confirmVerification(core, { realm: 'prod', token, requestMeta }))).toBe(
      'invalidMailToken',
    )
    await core.store.write([update('users', { id: user.id }, { email: 'new@example.org' })])
    expect(await outcomeOf(confirm(core, token))).toBe('invalidMailToken')
  })

  it('that may be repeated is of no use either after the address changed', async () => {
    const { core, user, token } = await prepared({ verification: { singleUse: false } })
    await confirm(core, token)
    await core.store.write([update('users', { id: user.id }, { email: 'new@example.org' })])
    expect(await outcomeOf(confirm(core, token))).toBe('invalidMailToken')
  })

  it('tells of an address that is verified already, where the rules reveal it', async () => {
    const { core, token } = await prepared({ verification: { revealsVerified: true } })
    expect(await outcomeOf(confirm(core, token, email))).toBe('succeeded')
    expect(await outcomeOf(confirm(core, token, email))).toBe('alreadyVerified')
  })
})

describe('an account that has to be verified first', () => {
  const rules = {
    signUp: { opensSession: false, sendsVerification: true, unverifiedLifetimeSeconds: 86_400 },
    signIn: { requiresVerifiedEmail: true },
    verification: { supersedes: false, singleUse: false },
  }

  it('signs in after the mailed link, for good', async () => {
    const core = testCore(rules)
    await signUp(core, ada)
    expect(await outcomeOf(signIn(core, ada))).toBe('emailNotVerified')
    await confirm(core, await mailedToken(core, 'verifyEmail'))
    core.advance(10 * 86_400)
    expect(await outcomeOf(signIn(core, ada))).toBe('succeeded')
  })

  it('waits anew from each further mail, of which the first may go after a minute', async () => {
    const core = testCore(rules)
    await signUp(core, ada)
    await send(core)
    expect(await core.sentMails()).toHaveLength(1)
    core.advance(80_000)
    await send(core)
    expect(await core.sentMails()).toHaveLength(2)
    core.advance(80_000)
    expect(await outcomeOf(signIn(core, ada))).toBe('emailNotVerified')
    await confirm(core, await mailedToken(core, 'verifyEmail'))
    expect(await outcomeOf(signIn(core, ada))).toBe('succeeded')
  })
})
