import { describe, expect, it } from 'vitest'
import { createSmtp } from '../../src/adapters/smtp.ts'
import { style } from './mail-core.ts'
import { startMailServer } from './mail-worker.fixture.ts'

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
