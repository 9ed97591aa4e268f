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
import { letterTo, mailCore, post, style } from './mail-core.ts'
import { header, startSmtpPeer } from './smtp-peer.ts'

const endings: (() => unknown)[] = []
/** Ends with the test, last begun first. */
const atEnd = (end: () => unknown) => endings.push(end)
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const peer = async (options?: Parameters<typeof startSmtpPeer>[0]) => {
  const started = await startSmtpPeer(options)
  atEnd(started.stop)
  return started
}

/** A core whose writes wake a worker that delivers like this. */
const start = (
  deliver: Deliver,
  {
    core = mailCore(createMemoryStore()),
    pollMs = 20,
  }: { core?: ReturnType<typeof mailCore>; pollMs?: number } = {},
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
  atEnd(() => worker.stop(0))
  return { core: { ...core, store: wakeOnMail(core.store, worker.wake) }, worker, lines }
}

/** Long enough for whatever still was to happen in these tests. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 200))

describe('a mail', () => {
  it('is delivered once, with its words, its link and its headers', async () => {
    const { mails, url } = await peer()
    // Polling so rarely that only the wake-up can be why it arrives.
    const { core } = start(createSmtp(url), { pollMs: 600_000 })
    await post(core, letterTo('ada@example.org'))
    await expect.poll(() => mails).toHaveLength(1)
    await aWhile()
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
    expect(header(mail, 'Subject')).toEqual(['Subject: The Works: choose a new password'])
    expect(header(mail, 'Auto-Submitted')).toHaveLength(1)
    const [row] = await core.store.list('outbox', {}, { orderBy: 'id' })
    expect(row).toMatchObject({ attempts: 1, sentAt: expect.any(Number) })
    expect(header(mail, 'Message-ID')).toEqual([`Message-ID: <${row?.id}@works.example>`])
  })

  it('is sent by one of any number of workers', async () => {
    const { mails, url } = await peer()
    const core = mailCore(createMemoryStore())
    for (let n = 0; n < 20; n++) await post(core, letterTo(`ada${n}@example.org`))
    for (let n = 0; n < 4; n++) start(createSmtp(url), { core })
    await expect.poll(() => mails.length).toBe(20)
    await aWhile()
    expect(new Set(mails.flatMap(({ to }) => to))).toHaveLength(20)
    expect(mails).toHaveLength(20)
  })

  it('is not held up by one that no secret opens any more', async () => {
    const before = mailCore(createMemoryStore())
    await post(before, letterTo('ada@example.org'))
    const core = { ...before, secrets: ['a secret that has taken the place of the first'] }
    await post(core, letterTo('bob@example.org'))
    const arrived: string[] = []
    const { lines } = start(async ({ to }) => void arrived.push(to), { core })
    await expect.poll(() => arrived).toEqual(['bob@example.org'])
    expect(lines).toContainEqual(expect.objectContaining({ message: 'mail not sent, will be tried again' }))
  })

  it('waits for a mail server that is down, and is tried less and less often', async () => {
    const down = await startSmtpPeer()
    await down.stop()
    const clock = { ahead: 0 }
    const { core, lines } = start(createSmtp(down.url), { core: mailCore(createMemoryStore(), clock) })
    await post(core, letterTo('ada@example.org'))
    const pauses: number[] = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      await expect.poll(() => lines).toHaveLength(attempt)
      const [mail] = await core.store.list('outbox', {}, { orderBy: 'id' })
      const pause = (mail?.nextAttemptAt ?? 0) - core.now()
      pauses.push(pause)
      clock.ahead += pause + 1
    }
    expect(pauses[2]).toBeGreaterThan(2 * (pauses[0] ?? 0))
    expect(lines[0]).toMatchObject({ message: 'mail not sent, will be tried again', attempt: 1 })

    const { mails } = await peer({ port: down.port })
    clock.ahead += 7_200_000
    await expect.poll(() => mails).toHaveLength(1)
  })

  it('does not come back together with all that failed together', async () => {
    const core = mailCore(createMemoryStore())
    for (let n = 0; n < 4; n++) await post(core, letterTo(`ada${n}@example.org`))
    const { lines } = start(() => Promise.reject(new Error('not now')), { core })
    await expect.poll(() => lines).toHaveLength(4)
    const mails = await core.store.list('outbox', {}, { orderBy: 'id' })
    expect(new Set(mails.map(({ nextAttemptAt }) => nextAttemptAt)).size).toBeGreaterThan(1)
    for (const { nextAttemptAt } of mails) expect(nextAttemptAt).toBeGreaterThan(core.now())
  })

  it('comes again after a refusal for now', async () => {
    let refusals = 0
    const onMail = async () => {
      if (refusals++ === 0) throw Object.assign(new Error('try later'), { responseCode: 451 })
    }
    const { mails, url } = await peer({ onMail })
    const clock = { ahead: 0 }
    const { core, lines } = start(createSmtp(url), { core: mailCore(createMemoryStore(), clock) })
    await post(core, letterTo('ada@example.org'))
    await expect.poll(() => lines).toHaveLength(1)
    clock.ahead = 120_000
    await expect.poll(() => mails).toHaveLength(1)
  })

  it('is given up when the recipient is refused for good, and the log says so', async () => {
    const { url } = await peer({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error('no such mailbox'), { responseCode: 550 })),
    })
    const { core, lines } = start(createSmtp(url))
    await post(core, letterTo('nobody@example.org'))
    await expect.poll(() => lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ message: 'mail given up', err: expect.any(MailRejectedError) })
    await expect.poll(() => core.store.count('outbox', {})).toBe(0)
  })

  it('is given up after very many attempts', async () => {
    const clock = { ahead: 0 }
    const { core, lines } = start(() => Promise.reject(new Error('never')), {
      core: mailCore(createMemoryStore(), clock),
      pollMs: 1,
    })
    await post(core, letterTo('ada@example.org'))
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      await expect.poll(() => lines, { interval: 2 }).toHaveLength(attempt)
      clock.ahead += 7_200_000
    }
    await expect.poll(() => core.store.count('outbox', {})).toBe(0)
    expect(lines.at(-1)).toMatchObject({ message: 'mail given up' })
  })

  it('keeps no request waiting while the mail server is stalled, nor other mails once it is not', async () => {
    const stall = Promise.withResolvers<void>()
    const { mails, url } = await peer({ onMail: () => stall.promise })
    const { core } = start(createSmtp(url))
    for (let n = 0; n < 20; n++) await post(core, letterTo(`ada${n}@example.org`))
    // All were acknowledged, and none can have been sent.
    expect(await core.store.count('outbox', { sentAt: null })).toBe(20)
    stall.resolve()
    await expect.poll(() => mails.length).toBe(20)
  })

  it('is not sent a second time at once when the clock jumps while it is on its way', async () => {
    const stall = Promise.withResolvers<void>()
    let deliveries = 0
    const clock = { ahead: 0 }
    const { core } = start(
      () => {
        deliveries++
        return stall.promise
      },
      { core: mailCore(createMemoryStore(), clock) },
    )
    await post(core, letterTo('ada@example.org'))
    await expect.poll(() => deliveries).toBe(1)
    clock.ahead = 86_400_000
    await aWhile()
    stall.resolve()
    await expect.poll(() => core.store.count('outbox', { sentAt: null })).toBe(0)
    expect(deliveries).toBe(1)
  })
})

describe('the address of the mail server', () => {
  const mail = {
    id: '1',
    from: style.sender,
    to: 'ada@example.org',
    subject: 's',
    text: 't',
    html: 'h',
  }
  const never = new AbortController().signal

  it('insists on TLS where it is not on this machine, unless it says otherwise', async () => {
    const { mails, url } = await peer()
    // The same server by an address that does not look like this machine.
    const elsewhere = url.replace('127.0.0.1', '[::ffff:127.0.0.1]')
    await expect(createSmtp(elsewhere)(mail, never)).rejects.toMatchObject({ code: 'ETLS' })
    await expect(createSmtp(`${url}?requireTLS=true`)(mail, never)).rejects.toMatchObject({ code: 'ETLS' })
    expect(mails).toHaveLength(0)
    await createSmtp(`${elsewhere}?ignoreTLS=true`)(mail, never)
    await createSmtp(url)(mail, never)
    expect(mails).toHaveLength(2)
  })

  it('holds user, password and options of TLS, and a certificate that nobody vouches for is refused', async () => {
    const sessions: unknown[] = []
    const { mails, url } = await peer({
      disabledCommands: [],
      authOptional: false,
      onAuth: ({ username, password }, { secure }, done) => {
        sessions.push({ username, password, secure })
        done(null, { user: username })
      },
    })
    const withLogin = url.replace('//', '//works:p%40ss%2Fword@')
    await expect(createSmtp(withLogin)(mail, never)).rejects.toThrow('certificate')
    await createSmtp(`${withLogin}?tls.rejectUnauthorized=false`)(mail, never)
    expect(mails).toHaveLength(1)
    expect(sessions).toEqual([{ username: 'works', password: 'p@ss/word', secure: true }])
  })
})

describe('a name', () => {
  it.each([
    ['a line break and a header', 'Ada\r\nBcc: eve@evil.example\r\nX-Evil: 1'],
    ['an address', '"Eve" <eve@evil.example>, Ada'],
    ['a comma', 'Ada, eve@evil.example'],
    ['an encoded line break', '=?utf-8?q?Ada=0D=0ABcc:_eve@evil.example?='],
    ['the end of the message', 'Ada\r\n.\r\nRCPT TO:<eve@evil.example>\r\n'],
    ['other line ends', 'Ada\u2028Bcc: eve@evil.example\u0085X-Evil: 1\0'],
  ])('with %s in it gets into no header', async (_, name) => {
    const { mails, url } = await peer()
    const { core } = start(createSmtp(url))
    await post(core, letterTo('ada@example.org', { name }))
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

  it('is greeted only when it cannot be a message of its own', () => {
    const text = (name: string) =>
      fillMail(defaultMailTexts.passwordChanged, { sender: 'The Works', name }).text
    expect(text('Ada K. Byron-Müller')).toContain('Hello Ada K. Byron-Müller,')
    expect(text('J.R.R. Tolkien Jr.')).toContain('Hello J.R.R. Tolkien Jr.,')
    expect(text('山田 太郎')).toContain('Hello 山田 太郎,')
    for (const name of ['Win at https://evil.example', 'evil.example', 'a@b', '', 'x'.repeat(101)])
      expect(text(name)).toMatch(/^the password/)
  })

  it.each([
    ['an ideographic full stop', 'evil\u3002example'],
    ['a half-width one', 'evil\uff61example'],
    ['a full-width one', 'evil\uff0eexample'],
    ['a one dot leader', 'evil\u2024example'],
    ['full-width letters', '\uff45\uff56\uff49\uff4c.\uff45\uff58'],
    ['a space without width', 'evil\u200b.\u200bexample'],
    ['letters of no English word', 'évilé.example'],
    ['a full-width slash', 'localhost\uff0fclaim'],
    ['digits', 'at 192.0.2.1'],
  ])('is no way to deliver an address written with %s', (_, name) => {
    const { text } = fillMail(defaultMailTexts.passwordChanged, { sender: 'The Works', name })
    expect(text).toMatch(/^the password/)
  })

  it('is text in HTML', () => {
    const { html } = fillMail(defaultMailTexts.passwordChanged, { sender: 'A & B', name: `<b onclick='x'>"` })
    expect(html).toContain('Hello &#60;b onclick=&#39;x&#39;&#62;&#34;,')
    expect(html).toContain('A &#38; B')
  })
})

describe('kill -9', () => {
  const kill = async (child: ChildProcess) => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const begin = async (...args: string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'outbox.child.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    atEnd(() => child.kill('SIGKILL'))
    const died = once(child, 'exit').then(() => Promise.reject(new Error('The child died by itself.')))
    await Promise.race([once(child.stdout, 'data'), died])
    died.catch(() => {})
    return child
  }
  const folder = async () => {
    const directory = await mkdtemp(join(tmpdir(), 'outbox-'))
    atEnd(() => rm(directory, { recursive: true }))
    return join(directory, 'test.db')
  }
  const reopen = (path: string, clock = { ahead: 0 }) => {
    const store = openSqliteStore(path)
    atEnd(() => store.close())
    return mailCore(store, clock)
  }

  it('between the acknowledgement and the sending loses no mail', async () => {
    const path = await folder()
    await kill(await begin(path))
    const { mails, url } = await peer()
    start(createSmtp(url), { core: reopen(path) })
    await expect.poll(() => mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ to: ['ada@example.org'] })
  })

  it('in the middle of the sending loses no mail', async () => {
    const path = await folder()
    const reached = Promise.withResolvers<void>()
    const stalled = await peer({
      onMail: () => {
        reached.resolve()
        return new Promise(() => {})
      },
    })
    const child = await begin(path, stalled.url)
    await reached.promise
    await kill(child)
    const { mails, url } = await peer()
    const clock = { ahead: 0 }
    start(createSmtp(url), { core: reopen(path, clock) })
    await aWhile()
    // Another process might still be at it.
    expect(mails).toHaveLength(0)
    clock.ahead = 120_000
    await expect.poll(() => mails).toHaveLength(1)
  })
})

describe('stopping', () => {
  it('lets a mail finish that is on its way, and takes no more', async () => {
    const stall = Promise.withResolvers<void>()
    const { core, worker } = start(() => stall.promise)
    for (let n = 0; n < 9; n++) await post(core, letterTo(`ada${n}@example.org`))
    const stopped = worker.stop(60_000)
    stall.resolve()
    await stopped
    await aWhile()
    expect(await core.store.count('outbox', { sentAt: null })).toBe(5)
  })

  it('breaks off what takes too long, and leaves it to be sent after a restart', async () => {
    const { url } = await peer({ onMail: () => new Promise(() => {}) })
    const { core, worker, lines } = start(createSmtp(url))
    await post(core, letterTo('ada@example.org'))
    await aWhile()
    await worker.stop(10)
    expect(lines).toMatchObject([{ message: 'mail not sent, will be tried again' }])
    expect(
      await core.store.count('outbox', { sentAt: null, nextAttemptAt: { before: core.now() + 1 } }),
    ).toBe(1)
  })
})

describe('the inbox', () => {
  it('shows what was mailed, newest last, with links and tokens, also after a restart', async () => {
    const { core } = start(deliverToInbox)
    await post(core, letterTo('ada@example.org'))
    await aWhile()
    await post(core, letterTo('ada@example.org', { kind: 'verifyEmail', token: 'second', link: null }))
    await aWhile()
    await post(core, letterTo('grace@example.org', { kind: 'passwordChanged', token: null, link: null }))
    await expect.poll(() => core.store.count('outbox', { sentAt: null })).toBe(0)

    const afterRestart = {
      store: core.store,
      secrets: ['a new secret, as long as the other', ...core.secrets],
    }
    const toAda = await readInbox(afterRestart, style, ' Ada@Example.org ')
    expect(toAda).toMatchObject([
      {
        to: 'ada@example.org',
        subject: 'The Works: choose a new password',
        links: [letterTo('').link],
        tokens: ['token-of-ada'],
      },
      { subject: 'The Works: confirm your email address', links: [], tokens: ['second'] },
    ])
    expect(toAda[1]?.text).toContain('enter this code: second')
    expect(toAda[1]?.text).not.toContain('follow this link')
    expect(await readInbox(afterRestart, style)).toHaveLength(3)
    expect(await readInbox(afterRestart, style, 'no address')).toEqual([])
  })
})
