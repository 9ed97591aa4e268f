import { describe, expect, it } from 'vitest'
import {
  claimDueMails,
  type EmailPayload,
  enqueueMailChange,
  markSent,
  maxAttempts,
  unseal,
} from '../../src/core/outbox.ts'
import { requestPasswordReset } from '../../src/core/password-reset.ts'
import { purge } from '../../src/core/purge.ts'
import { signInAsGuest } from '../../src/core/sign-up.ts'
import { insert, update } from '../../src/core/store.ts'
import { ada, requestMeta, signUpAda, type TestCore, testCore, times } from './core.ts'

const payload: EmailPayload = {
  kind: 'resetPassword',
  to: 'ada@example.org',
  name: 'Ada',
  token: 'a-secret-token',
  link: 'https://app.example.com/reset?token=a-secret-token',
}
const enqueue = async (core: TestCore) =>
  core.store.write([await enqueueMailChange(core, payload, { realm: '' })])

describe('the outbox', () => {
  it('encrypts equal mails differently', async () => {
    const core = testCore()
    await enqueue(core)
    await enqueue(core)
    const [one, other] = await core.store.list('outbox', {}, { orderBy: 'id' })
    expect(one?.sealed).not.toBe(other?.sealed)
    expect(JSON.stringify([one, other])).not.toMatch(/secret|app\.example|Ada/)
    for (const mail of [one, other]) if (mail) expect(await unseal(core, mail)).toEqual(payload)
  })

  it('decrypts mails with any configured secret, but only in their own row', async () => {
    const core = testCore()
    await enqueue(core)
    const mail = await core.store.find('outbox', {})
    if (!mail) throw new Error('The outbox is empty')
    const secrets = ['a newer secret, which is also long enough', ...core.secrets]
    expect(await unseal({ secrets }, mail)).toEqual(payload)
    await expect(unseal({ secrets: secrets.slice(0, 1) }, mail)).rejects.toThrow('no longer configured')
    await expect(unseal(core, { ...mail, id: 'another' })).rejects.toThrow('no longer configured')
    const altered = `${mail.sealed.slice(0, -4)}AAAA`
    await expect(unseal(core, { ...mail, sealed: altered })).rejects.toThrow('no longer configured')
  })

  it('lets only one of several workers claim a mail', async () => {
    const core = testCore()
    for (let index = 0; index < 5; index++) await enqueue(core)
    const claims = await Promise.all(times(4, () => claimDueMails(core)))
    const ids = claims.flat().map(({ id }) => id)
    expect([ids.length, new Set(ids).size]).toEqual([5, 5])
  })

  it('retries a mail with increasing back-off until it is sent', async () => {
    const core = testCore()
    await enqueue(core)
    const waits: number[] = []
    for (let round = 0; round < 7; round++) {
      let waited = 0
      while ((await claimDueMails(core)).length === 0) {
        core.advance(10)
        waited += 10
      }
      waits.push(waited)
    }
    expect(waits).toEqual([0, 90, 120, 360, 960, 3660, 3660])
    core.advance(3660)
    const [due] = await claimDueMails(core)
    if (!due) throw new Error('No mail is due')
    expect(await unseal(core, due)).toEqual(payload)
    await markSent(core, due)
    core.advance(86_400)
    expect(await claimDueMails(core)).toEqual([])
  })
})

describe('the purge', () => {
  it('deletes only ended sessions, tokens and accounts', async () => {
    const core = testCore()
    await signUpAda(core)
    await requestPasswordReset(core, { realm: '', email: ada.email, requestMeta })
    const rows = async () =>
      Object.fromEntries(
        await Promise.all(
          (['users', 'sessions', 'oneTimeTokens', 'outbox'] as const).map(async (table) => [
            table,
            await core.store.count(table, {}),
          ]),
        ),
      )
    await signInAsGuest(core, { realm: '', name: 'Visitor', requestMeta })
    await purge(core)
    expect(await rows()).toEqual({ users: 2, sessions: 2, oneTimeTokens: 1, outbox: 1 })
    core.advance(86_400)
    await purge(core)
    expect(await rows()).toEqual({ users: 1, sessions: 1, oneTimeTokens: 1, outbox: 1 })
    core.advance(15 * 86_400)
    await purge(core)
    expect(await rows()).toEqual({ users: 1, sessions: 0, oneTimeTokens: 0, outbox: 1 })
  })

  it('deletes states, challenges and dummy tokens as soon as they expire', async () => {
    const core = testCore()
    await signUpAda(core)
    await requestPasswordReset(core, { realm: '', email: ada.email, requestMeta })
    await requestPasswordReset(core, { realm: '', email: 'unknown@example.org', requestMeta })
    const tokenFor = (purpose: string) => ({
      tokenHash: purpose,
      purpose,
      realm: '',
      userId: null,
      email: null,
      data: {},
      createdAt: core.now(),
      expiresAt: core.now() + 300_000,
    })
    const purposes = ['oauth', 'passkeyRegistration', 'passkeySignIn', 'passkeySignUp', 'usedTotp']
    await core.store.write(purposes.map((purpose) => insert('oneTimeTokens', tokenFor(purpose))))
    core.advance(299)
    expect((await purge(core)).oneTimeTokens).toBe(0)
    core.advance(2)
    expect((await purge(core)).oneTimeTokens).toBe(purposes.length)
    core.advance(86_400)
    expect((await purge(core)).oneTimeTokens).toBe(1)
    const remaining = await core.store.list('oneTimeTokens', {}, { orderBy: 'tokenHash' })
    expect(remaining.map(({ purpose }) => purpose)).toEqual(['resetPassword'])
  })

  it('keeps mails until they are sent or given up', async () => {
    const core = testCore()
    for (let index = 0; index < 3; index++) await enqueue(core)
    const [sent, givenUp, waiting] = await core.store.list('outbox', {}, { orderBy: 'id' })
    await core.store.write([
      update('outbox', { id: sent?.id ?? '' }, { sentAt: core.now() }),
      update('outbox', { id: givenUp?.id ?? '' }, { attempts: maxAttempts + 1 }),
      update('outbox', { id: waiting?.id ?? '' }, { attempts: maxAttempts }),
    ])
    core.advance(86_401)
    await purge(core)
    expect((await core.store.list('outbox', {}, { orderBy: 'id' })).map(({ id }) => id)).toEqual([
      waiting?.id,
    ])
  })
})
