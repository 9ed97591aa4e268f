import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MailRejectedError } from '../../src/adapters/mail-worker.ts'
import { createSmtp } from '../../src/adapters/smtp.ts'
import { maxAttempts } from '../../src/core/outbox.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { createMailCore, enqueueMail, payloadTo } from './mail-core.ts'
import { startMailServer, startWorker } from './mail-worker.fixture.ts'
import { header, startSmtpServer } from './smtp-server.ts'

describe('the mail worker', () => {
  it('delivers a mail once, with its text, link and headers', async () => {
    const { mails, url } = await startMailServer()
    // Polling is so rare that only the wake-up can cause the delivery.
    const { core } = startWorker(createSmtp(url), { pollMs: 600_000 })
    await enqueueMail(core, payloadTo('ada@example.org'))
    await expect.poll(() => mails).toHaveLength(1)
    await enqueueMail(core, payloadTo('bob@example.org'))
    await expect.poll(() => mails).toHaveLength(2)
    const [mail, other] = mails
    if (!mail) throw new Error('unreachable')
    expect(other?.to).toEqual(['bob@example.org'])
    expect(mail).toMatchObject({ from: 'no-reply@works.example', to: ['ada@example.org'] })
    expect(mail.body).toContain('https://app.example.com/reset?token=token-of-ada&email=ada%40example.org')
    expect(mail.body).toContain(
      'href="https://app.example.com/reset?token=token-of-ada&#38;email=ada%40example.org"',
    )
    expect(header(mail, 'From')).toEqual(['From: The Works <no-reply@works.example>'])
    expect(header(mail, 'To')).toEqual(['To: ada@example.org'])
    expect(header(mail, 'Subject')).toEqual(['Subject: The Works: reset your password'])
    expect(header(mail, 'Auto-Submitted')).toHaveLength(1)
    const rows = await core.store.list('outbox', {}, { orderBy: 'id' })
    const row = rows.find(({ id }) => header(mail, 'Message-ID')[0]?.includes(id))
    expect(row).toMatchObject({ attempts: 1, sentAt: expect.any(Number) })
    expect(header(mail, 'Message-ID')).toEqual([`Message-ID: <${row?.id}@works.example>`])
  })

  it('sends each mail from only one of several workers', async () => {
    const { mails, url } = await startMailServer()
    const core = createMailCore(createMemoryStore())
    for (let n = 0; n < 20; n++) await enqueueMail(core, payloadTo(`ada${n}@example.org`))
    const workers = Array.from({ length: 4 }, () => startWorker(createSmtp(url), { core }).worker)
    await expect.poll(() => mails.length).toBe(20)
    await Promise.all(workers.map((worker) => worker.stop(60_000)))
    expect(new Set(mails.flatMap(({ to }) => to))).toHaveLength(20)
    expect(mails).toHaveLength(20)
  })

  it('sends other mails when one cannot be decrypted with the current secrets', async () => {
    const before = createMailCore(createMemoryStore())
    await enqueueMail(before, payloadTo('ada@example.org'))
    const core = { ...before, secrets: ['a secret that replaced the first one'] }
    await enqueueMail(core, payloadTo('bob@example.org'))
    const arrived: string[] = []
    const { lines } = startWorker(async ({ to }) => void arrived.push(to), { core })
    await expect.poll(() => arrived).toEqual(['bob@example.org'])
    expect(lines).toContainEqual(expect.objectContaining({ message: 'mail not sent, will be retried' }))
  })

  it('retries with increasing delays while the mail server is down', async () => {
    const down = await startSmtpServer()
    await down.stop()
    const clock = { ahead: 0 }
    const { core, lines } = startWorker(createSmtp(down.url), {
      core: createMailCore(createMemoryStore(), clock),
    })
    await enqueueMail(core, payloadTo('ada@example.org'))
    const pauses: number[] = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      await expect.poll(() => lines).toHaveLength(attempt)
      const [mail] = await core.store.list('outbox', {}, { orderBy: 'id' })
      const pause = (mail?.nextAttemptAt ?? 0) - core.now()
      pauses.push(pause)
      clock.ahead += pause + 1
    }
    expect(pauses[2]).toBeGreaterThan(2 * (pauses[0] ?? 0))
    expect(lines[0]).toMatchObject({ message: 'mail not sent, will be retried', attempt: 1 })

    const { mails } = await startMailServer({ port: down.port })
    clock.ahead += 7_200_000
    await expect.poll(() => mails).toHaveLength(1)
  })

  it('spreads the retries of mails that failed at the same time', async () => {
    const core = createMailCore(createMemoryStore())
    for (let n = 0; n < 4; n++) await enqueueMail(core, payloadTo(`ada${n}@example.org`))
    const { lines } = startWorker(() => Promise.reject(new Error('not now')), { core })
    await expect.poll(() => lines).toHaveLength(4)
    const mails = await core.store.list('outbox', {}, { orderBy: 'id' })
    expect(new Set(mails.map(({ nextAttemptAt }) => nextAttemptAt)).size).toBeGreaterThan(1)
    for (const { nextAttemptAt } of mails) expect(nextAttemptAt).toBeGreaterThan(core.now())
  })

  it('retries after a temporary rejection', async () => {
    let rejections = 0
    const onMail = async () => {
      if (rejections++ === 0) throw Object.assign(new Error('try later'), { responseCode: 451 })
    }
    const { mails, url } = await startMailServer({ onMail })
    const clock = { ahead: 0 }
    const { core, lines } = startWorker(createSmtp(url), { core: createMailCore(createMemoryStore(), clock) })
    await enqueueMail(core, payloadTo('ada@example.org'))
    await expect.poll(() => lines).toHaveLength(1)
    clock.ahead = 120_000
    await expect.poll(() => mails).toHaveLength(1)
  })

  it('discards a mail and logs an error when the recipient is rejected permanently', async () => {
    const { url } = await startMailServer({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error('no such mailbox'), { responseCode: 550 })),
    })
    const { core, lines } = startWorker(createSmtp(url))
    await enqueueMail(core, payloadTo('unknown@example.org'))
    await expect.poll(() => lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      message: 'mail not sent, discarded',
      err: expect.any(MailRejectedError),
    })
    await expect.poll(() => core.store.count('outbox', {})).toBe(0)
  })

  it('discards a mail after the maximum number of attempts', async () => {
    const clock = { ahead: 0 }
    const { core, lines } = startWorker(() => Promise.reject(new Error('never')), {
      core: createMailCore(createMemoryStore(), clock),
      pollMs: 1,
    })
    await enqueueMail(core, payloadTo('ada@example.org'))
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      await expect.poll(() => lines, { interval: 2 }).toHaveLength(attempt)
      clock.ahead += 7_200_000
    }
    await expect.poll(() => core.store.count('outbox', {})).toBe(0)
    expect(lines.at(-1)).toMatchObject({ message: 'mail not sent, discarded' })
  })

  it('accepts mails while the mail server is stalled, and sends them all once it recovers', async () => {
    const stall = Promise.withResolvers<void>()
    const { mails, url } = await startMailServer({ onMail: () => stall.promise })
    const { core } = startWorker(createSmtp(url))
    for (let n = 0; n < 20; n++) await enqueueMail(core, payloadTo(`ada${n}@example.org`))
    // All writes were acknowledged, although no mail can have been sent.
    expect(await core.store.count('outbox', { sentAt: null })).toBe(20)
    stall.resolve()
    await expect.poll(() => mails.length).toBe(20)
  })

  it('does not send a mail twice when the clock jumps during its delivery', async () => {
    const stall = Promise.withResolvers<void>()
    const deliveries: string[] = []
    const clock = { ahead: 0 }
    const { core } = startWorker(
      ({ to }) => {
        deliveries.push(to)
        return stall.promise
      },
      { core: createMailCore(createMemoryStore(), clock) },
    )
    await enqueueMail(core, payloadTo('ada@example.org'))
    await expect.poll(() => deliveries).toEqual(['ada@example.org'])
    clock.ahead = 86_400_000
    await enqueueMail(core, payloadTo('bob@example.org'))
    await expect.poll(() => deliveries).toContain('bob@example.org')
    stall.resolve()
    await expect.poll(() => core.store.count('outbox', { sentAt: null })).toBe(0)
    expect(deliveries).toEqual(['ada@example.org', 'bob@example.org'])
  })
})

describe('a killed mail worker', () => {
  const kill = async (child: ChildProcess) => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const startChild = async (...args: string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'outbox.child.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const exited = once(child, 'exit').then(() => Promise.reject(new Error('The child exited by itself.')))
    await Promise.race([once(child.stdout, 'data'), exited])
    exited.catch(() => {})
    return child
  }
  const newDatabasePath = async () => {
    const directory = await mkdtemp(join(tmpdir(), 'outbox-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    return join(directory, 'test.db')
  }
  const reopen = (path: string, clock = { ahead: 0 }) => {
    const store = openSqliteStore(path)
    onTestFinished(() => store.close())
    return createMailCore(store, clock)
  }

  it('loses no mail when it is killed before the delivery starts', async () => {
    const path = await newDatabasePath()
    await kill(await startChild(path))
    const { mails, url } = await startMailServer()
    startWorker(createSmtp(url), { core: reopen(path) })
    await expect.poll(() => mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ to: ['ada@example.org'] })
  })

  it('loses no mail when it is killed during the delivery', async () => {
    const path = await newDatabasePath()
    const reached = Promise.withResolvers<void>()
    const stalled = await startMailServer({
      onMail: () => {
        reached.resolve()
        return new Promise(() => {})
      },
    })
    const child = await startChild(path, stalled.url)
    await reached.promise
    await kill(child)
    const { mails, url } = await startMailServer()
    const clock = { ahead: 0 }
    const { core } = startWorker(createSmtp(url), { core: reopen(path, clock) })
    await enqueueMail(core, payloadTo('bob@example.org'))
    // The other mail is still claimed, because another process could be sending it.
    await expect.poll(() => mails.map(({ to }) => to)).toEqual([['bob@example.org']])
    clock.ahead = 120_000
    await expect.poll(() => mails).toHaveLength(2)
    expect(mails[1]?.to).toEqual(['ada@example.org'])
  })
})

describe('stopping the mail worker', () => {
  it('finishes the mails in progress when it stops, and claims no more', async () => {
    const stall = Promise.withResolvers<void>()
    const { core, worker } = startWorker(() => stall.promise)
    for (let n = 0; n < 9; n++) await enqueueMail(core, payloadTo(`ada${n}@example.org`))
    const stopped = worker.stop(60_000)
    stall.resolve()
    await stopped
    worker.wake()
    expect(await core.store.count('outbox', { sentAt: null })).toBe(5)
  })

  it('aborts a delivery after the grace period, so that it is retried after a restart', async () => {
    const started = Promise.withResolvers<void>()
    const { url } = await startMailServer({
      onMail: () => {
        started.resolve()
        return new Promise(() => {})
      },
    })
    const { core, worker, lines } = startWorker(createSmtp(url))
    await enqueueMail(core, payloadTo('ada@example.org'))
    await started.promise
    await worker.stop(10)
    expect(lines).toMatchObject([{ message: 'mail not sent, will be retried' }])
    expect(
      await core.store.count('outbox', { sentAt: null, nextAttemptAt: { before: core.now() + 1 } }),
    ).toBe(1)
  })
})
