import { describe, expect, it } from 'vitest'
import { deliverToInbox, readInbox } from '../../src/sandbox/inbox.ts'
import { enqueueMail, payloadTo, style } from '../adapters/mail-core.ts'
import { startWorker } from '../adapters/mail-worker.fixture.ts'

describe('the inbox', () => {
  it('lists the sent mails with links and tokens, newest last, also after a restart', async () => {
    const { core } = startWorker(deliverToInbox)
    for (const payload of [
      payloadTo('ada@example.org'),
      payloadTo('ada@example.org', { kind: 'verifyEmail', token: 'second', link: null }),
      payloadTo('grace@example.org', { kind: 'passwordChanged', token: null, link: null }),
    ]) {
      await enqueueMail(core, payload)
      await expect.poll(() => core.store.count('outbox', { sentAt: null })).toBe(0)
    }

    const afterRestart = {
      store: core.store,
      now: core.now,
      secrets: ['a new secret, as long as the other', ...core.secrets],
    }
    const toAda = await readInbox(afterRestart, style, { to: ' Ada@Example.org ' })
    expect(toAda).toMatchObject([
      {
        to: 'ada@example.org',
        subject: 'The Works: reset your password',
        links: [payloadTo('').link],
        tokens: ['token-of-ada'],
      },
      { subject: 'The Works: confirm your email address', links: [], tokens: ['second'] },
    ])
    expect(toAda[1]?.text).toContain('enter this code: second')
    expect(toAda[1]?.text).not.toContain('open this link')
    expect(await readInbox(afterRestart, style)).toHaveLength(3)
    expect(await readInbox(afterRestart, style, { to: 'invalid' })).toEqual([])
  })
})
