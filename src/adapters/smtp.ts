import { createTransport } from 'nodemailer'
import { UserError } from '../common/user-error.ts'
import { type Deliver, MailRejectedError } from './mail-worker.ts'

/**
 * Hands mails to an SMTP server.
 * @param url `smtps://user:password@host:465` is TLS from the start; `smtp://host:587` turns to TLS by STARTTLS, and
 *   insists on it for every host but this machine unless the query says `ignoreTLS=true` or `requireTLS=false`.
 *   `tls.` options of Node go into the query too: `tls.rejectUnauthorized=false`, `tls.servername=...`
 */
export function createSmtp(url: string): Deliver {
  if (!URL.canParse(url))
    throw new UserError('The mail server must be a URL that begins with smtp:// or smtps://.')
  const transport = createTransport({
    url,
    ...(insistsOnTls(url) && { requireTLS: true }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    dnsTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return async ({ id, from, to, subject, text, html }, signal) => {
    try {
      await transport.sendMail({
        from,
        // As an object it is one address, whatever is in it.
        to: { name: '', address: to },
        subject,
        text,
        html,
        // The same at each try, so that a mail that arrives twice is recognised as one.
        messageId: `<${id}@${from.address.split('@').at(-1)}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal,
      })
    } catch (error) {
      if (isFinal(error))
        throw new MailRejectedError('The mail server refuses the mail for good.', { cause: error })
      throw error
    }
  }
}

function insistsOnTls(url: string) {
  const { protocol, hostname, searchParams } = new URL(url)
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  return protocol === 'smtp:' && !isHere && !searchParams.has('ignoreTLS') && !searchParams.has('requireTLS')
}

/**
 * A 55z reply to the recipient or the content (RFC 5321, section 4.2.3): no such mailbox, or not such a mail. Anything else,
 * a missing login among it, can be put right while the mail waits.
 */
function isFinal(error: unknown) {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') &&
    'responseCode' in error &&
    Number(error.responseCode) >= 550
  )
}
