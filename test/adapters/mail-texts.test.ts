import { describe, expect, it } from 'vitest'
import { defaultMailTexts, fillMail } from '../../src/adapters/mail-texts.ts'
import { createSmtp } from '../../src/adapters/smtp.ts'
import { enqueueMail, payloadTo } from './mail-core.ts'
import { startMailServer, startWorker } from './mail-worker.fixture.ts'
import { header } from './smtp-server.ts'

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
