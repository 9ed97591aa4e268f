import { createTransport } from 'nodemailer'
import { UserError } from '../common/user-error.ts'
import { type Deliver, MailRejectedError } from './mail-worker.ts'

/**
 * Creates a function that delivers mails to an SMTP server.
 * @param url `smtps://user:password@host:465` uses TLS from the start; `smtp://host:587` uses STARTTLS, and
 *   requires it unless the host is this machine or the query contains `ignoreTLS=true` or `requireTLS=false`.
 *   TLS options of Node can be added to the query: `tls.rejectUnauthorized=false`, `tls.servername=…`
 * @throws {UserError} when the URL is invalid
 */
export function createSmtp(url: string): Deliver {
  if (!URL.canParse(url))
    throw new UserError('The URL of the mail server is invalid. It must begin with smtp:// or smtps://.')
  const transport = createTransport({
    url,
    ...(requiresTls(url) && { requireTLS: true }),
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
        // An object is never parsed as a list of several recipients.
        to: { name: '', address: to },
        subject,
        text,
        html,
        // The same for each attempt, so that mail programs can detect duplicates.
        messageId: `<${id}@${from.address.split('@').at(-1)}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal,
      })
    } catch (error) {
      if (isPermanent(error))
        throw new MailRejectedError('The mail server rejected the mail permanently.', { cause: error })
      throw error
    }
  }
}

function requiresTls(url: string) {
  const { protocol, hostname, searchParams } = new URL(url)
  const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  return (
    protocol === 'smtp:' && !isLoopback && !searchParams.has('ignoreTLS') && !searchParams.has('requireTLS')
  )
}

/**
 * Detects a 55z reply to the recipient or the content (RFC 5321, section 4.2.3): the mailbox does not exist,
 * or the mail is not accepted. Other errors, such as a wrong login, can be fixed while the mail waits.
 */
function isPermanent(error: unknown) {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') &&
    'responseCode' in error &&
    Number(error.responseCode) >= 550
  )
}
