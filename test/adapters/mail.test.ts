import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { defaultMailTexts, fillMail } from '../../src/adapters/mail-texts.ts'
import {
  type Deliver,
  MailRejectedError,
  startMailWorker,
  wakeOnMail,
} from '../../src/adapters/mail-worker.ts'
import { createSmtp } from '../../src/adapters/smtp.ts'
import { maxAttempts } from '../../src/core/outbox.ts'
import { deliverToInbox, readInbox } from '../../src/sandbox/inbox.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { createMailCore, enqueueMail, payloadTo, style } from './mail-core.ts'
import { header, startSmtpServer } from './smtp-server.ts'

const cleanups: (() => unknown)[] = []
/** Runs a function after the test, in reverse order of registration. */
const afterTest = (cleanup: () => unknown) => cleanups.push(cleanup)
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const startMailServer = async (options?: Parameters<typeof startSmtpServer>[0]) => {
  const started = await startSmtpServer(options)
  afterTest(started.stop)
  return started
}

/** Starts a worker that delivers with the given function, and returns a core whose writes wake it. */
const startWorker = (
  deliver: Deliver,
  {
    core = createMailCore(createMemoryStore()),
    pollMs = 20,
  }: { core?: ReturnType<typeof createMailCore>; pollMs?: number } = {},
) => {
  const lines: object[] = []
  const write = (fields: object, message: string) => lines.push({ message, ...fields })
  const worker = startMailWorker({
    core,
    deliver,
    style,
    pollMs,
    log: { info: write, warn: write, error: write },
  })
  afterTest(() => worker.stop(0))
  return { core: { ...core, store: wakeOnMail(core.store, worker.wake) }, worker, lines }
}

/** Waits long enough for any further delivery to happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 200))

describe('the mail worker', () => {
  it('delivers a mail once, with its text, link and headers', async () => {
    const { mails, url } = await startMailServer()
    // Polling is so rare that only the wake-up can cause the delivery.
    const { core } = startWorker(createSmtp(url), { pollMs: 600_000 })
    await enqueueMail(core, payloadTo('ada@example.org'))
    await expect.poll(() => mails).toHaveLength(1)
    await settle()
    expect(mails).toHaveLength(1)
    const [mail] = mails
    if (!mail) throw new Error('unreachable')
    expect(mail).toMatchObject({ from: 'no-reply@works.example', to: ['ada@example.org'] })
    expect(mail.body).toContain('https://app.example.com/reset?token=token-of-ada&email=ada%40example.org')
    expect(mail.body).toContain(
      'href="https://app.example.com/reset?token=token-of-ada&#38;email=ada%40example.org"',
    )
    expect(header(mail, 'From')).toEqual(['From: The Works <no-reply@works.example>'])
    expect(header(mail, 'To')).toEqual(['To: ada@example.org'])
    expect(header(mail, 'Subject')).toEqual(['Subject: The Works: reset your password'])
    expect(header(mail, 'Auto-Submitted')).toHaveLength(1)
    const [row] = await core.store.list('outbox', {}, { orderBy: 'id' })
    expect(row).toMatchObject({ attempts: 1, sentAt: expect.any(Number) })
    expect(header(mail, 'Message-ID')).toEqual([`Message-ID: <${row?.id}@works.example>`])
  })

  it('sends each mail from only one of several workers', async () => {
    const { mails, url } = await startMailServer()
    const core = createMailCore(createMemoryStore())
    for (let n = 0; n < 20; n++) await enqueueMail(core, payloadTo(`ada${n}@example.org`))
    for (let n = 0; n < 4; n++) startWorker(createSmtp(url), { core })
    await expect.poll(() => mails.length).toBe(20)
    await settle()
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
    let deliveries = 0
    const clock = { ahead: 0 }
    const { core } = startWorker(
      () => {
        deliveries++
        return stall.promise
      },
      { core: createMailCore(createMemoryStore(), clock) },
    )
    await enqueueMail(core, payloadTo('ada@example.org'))
    await expect.poll(() => deliveries).toBe(1)
    clock.ahead = 86_400_000
    await settle()
    stall.resolve()
    await expect.poll(() => core.store.count('outbox', { sentAt: null })).toBe(0)
    expect(deliveries).toBe(1)
  })
})

describe('the URL of the mail server', () => {
  const mail = {
    id: '1',
    from: style.sender,
    to: 'ada@example.org',
    subject: 's',
    text: 't',
    html: 'h',
  }
  const neverAborted = new AbortController().signal

  it('requires TLS for other hosts unless the URL disables it', async () => {
    const { mails, url } = await startMailServer()
    // The same server under an IP address that is not recognised as loopback.
    const remoteUrl = url.replace('127.0.0.1', '[::ffff:127.0.0.1]')
    await expect(createSmtp(remoteUrl)(mail, neverAborted)).rejects.toMatchObject({ code: 'ETLS' })
    await expect(createSmtp(`${url}?requireTLS=true`)(mail, neverAborted)).rejects.toMatchObject({
      code: 'ETLS',
    })
    expect(mails).toHaveLength(0)
    await createSmtp(`${remoteUrl}?ignoreTLS=true`)(mail, neverAborted)
    await createSmtp(url)(mail, neverAborted)
    expect(mails).toHaveLength(2)
  })

  it('signs in with the user and password of the URL, and rejects untrusted certificates by default', async () => {
    const sessions: unknown[] = []
    const { mails, url } = await startMailServer({
      disabledCommands: [],
      authOptional: false,
      onAuth: ({ username, password }, { secure }, done) => {
        sessions.push({ username, password, secure })
        done(null, { user: username })
      },
    })
    const withLogin = url.replace('//', '//works:p%40ss%2Fword@')
    await expect(createSmtp(withLogin)(mail, neverAborted)).rejects.toThrow('certificate')
    await createSmtp(`${withLogin}?tls.rejectUnauthorized=false`)(mail, neverAborted)
    expect(mails).toHaveLength(1)
    expect(sessions).toEqual([{ username: 'works', password: 'p@ss/word', secure: true }])
  })
})

describe('the name of the recipient', () => {
  it.each([
    ['a line break and a header', 'Ada\r\nBcc: eve@evil.example\r\nX-Evil: 1'],
    ['an email address', '"Eve" <eve@evil.example>, Ada'],
    ['a comma', 'Ada, eve@evil.example'],
    ['an encoded line break', '=?utf-8?q?Ada=0D=0ABcc:_eve@evil.example?='],
    ['the end of the message', 'Ada\r\n.\r\nRCPT TO:<eve@evil.example>\r\n'],
    ['other line separators', 'Ada\u2028Bcc: eve@evil.example\u0085X-Evil: 1\0'],
  ])('adds no header for a name that contains %s', async (_, name) => {
    const { mails, url } = await startMailServer()
    const { core } = startWorker(createSmtp(url))
    await enqueueMail(core, payloadTo('ada@example.org', { name }))
    await expect.poll(() => mails).toHaveLength(1)
    const [mail] = mails
    if (!mail) throw new Error('unreachable')
    expect(mail.to).toEqual(['ada@example.org'])
    expect(mail.headers.map((line) => line.split(':')[0]).sort()).toEqual([
      'Auto-Submitted',
      'Content-Type',
      'Date',
      'From',
      'MIME-Version',
      'Message-ID',
      'Subject',
      'To',
    ])
    expect(header(mail, 'To')).toEqual(['To: ada@example.org'])
    expect(mail.body).not.toContain('evil.example')
  })

  it('greets users by name only if the name is short and contains no link', () => {
    const text = (name: string) =>
      fillMail(defaultMailTexts.passwordChanged, { sender: 'The Works', name }).text
    expect(text('Ada K. Byron-Müller')).toContain('Hello Ada K. Byron-Müller,')
    expect(text('J.R.R. Tolkien Jr.')).toContain('Hello J.R.R. Tolkien Jr.,')
    expect(text('山田 太郎')).toContain('Hello 山田 太郎,')
    for (const name of ['Win at https://evil.example', 'evil.example', 'a@b', '', 'x'.repeat(101)])
      expect(text(name)).toMatch(/^The password/)
  })

  it.each([
    ['an ideographic full stop', 'evil\u3002example'],
    ['a half-width full stop', 'evil\uff61example'],
    ['a full-width full stop', 'evil\uff0eexample'],
    ['a one dot leader', 'evil\u2024example'],
    ['full-width letters', '\uff45\uff56\uff49\uff4c.\uff45\uff58'],
    ['a zero-width space', 'evil\u200b.\u200bexample'],
    ['accented letters', 'évilé.example'],
    ['a full-width slash', 'localhost\uff0fclaim'],
    ['an IP address', 'at 192.0.2.1'],
  ])('omits a name that contains a link written with %s', (_, name) => {
    const { text } = fillMail(defaultMailTexts.passwordChanged, { sender: 'The Works', name })
    expect(text).toMatch(/^The password/)
  })

  it('escapes the name and the sender in HTML', () => {
    const { html } = fillMail(defaultMailTexts.passwordChanged, { sender: 'A & B', name: `<b onclick='x'>"` })
    expect(html).toContain('Hello &#60;b onclick=&#39;x&#39;&#62;&#34;,')
    expect(html).toContain('A &#38; B')
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
    afterTest(() => child.kill('SIGKILL'))
    const exited = once(child, 'exit').then(() => Promise.reject(new Error('The child exited by itself.')))
    await Promise.race([once(child.stdout, 'data'), exited])
    exited.catch(() => {})
    return child
  }
  const newDatabasePath = async () => {
    const directory = await mkdtemp(join(tmpdir(), 'outbox-'))
    afterTest(() => rm(directory, { recursive: true }))
    return join(directory, 'test.db')
  }
  const reopen = (path: string, clock = { ahead: 0 }) => {
    const store = openSqliteStore(path)
    afterTest(() => store.close())
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
    startWorker(createSmtp(url), { core: reopen(path, clock) })
    await settle()
    // Still claimed: another process could be sending it.
    expect(mails).toHaveLength(0)
    clock.ahead = 120_000
    await expect.poll(() => mails).toHaveLength(1)
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
    await settle()
    expect(await core.store.count('outbox', { sentAt: null })).toBe(5)
  })

  it('aborts a delivery after the grace period, so that it is retried after a restart', async () => {
    const { url } = await startMailServer({ onMail: () => new Promise(() => {}) })
    const { core, worker, lines } = startWorker(createSmtp(url))
    await enqueueMail(core, payloadTo('ada@example.org'))
    await settle()
    await worker.stop(10)
    expect(lines).toMatchObject([{ message: 'mail not sent, will be retried' }])
    expect(
      await core.store.count('outbox', { sentAt: null, nextAttemptAt: { before: core.now() + 1 } }),
    ).toBe(1)
  })
})

describe('the inbox', () => {
  it('lists the sent mails with links and tokens, newest last, also after a restart', async () => {
    const { core } = startWorker(deliverToInbox)
    await enqueueMail(core, payloadTo('ada@example.org'))
    await settle()
    await enqueueMail(
      core,
      payloadTo('ada@example.org', { kind: 'verifyEmail', token: 'second', link: null }),
    )
    await settle()
    await enqueueMail(
      core,
      payloadTo('grace@example.org', { kind: 'passwordChanged', token: null, link: null }),
    )
    await expect.poll(() => core.store.count('outbox', { sentAt: null })).toBe(0)

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
