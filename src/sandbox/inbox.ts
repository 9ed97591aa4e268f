import { composeMail, type Deliver, type MailStyle } from '../adapters/mail-worker.ts'
import { canonicalEmail } from '../core/emails.ts'
import { type EmailKind, unseal } from '../core/outbox.ts'
import type { Core } from '../core/ports.ts'

export interface InboxMail {
  id: string
  to: string
  kind: EmailKind
  subject: string
  text: string
  html: string
  links: string[]
  tokens: string[]
  /** ISO 8601, UTC. */
  sentAt: string
}

/** Does nothing: without a mail server, mails are only in the inbox, which reads the outbox. */
export const deliverToInbox: Deliver = async () => {}

const dayMs = 24 * 60 * 60_000

/**
 * Returns the mails of the last 24 hours with their decrypted content, sent or not, newest last.
 * @param query.to returns only mails to this email
 * @param query.limit the number of latest mails. 1000 by default.
 */
export async function readInbox(
  core: Pick<Core, 'store' | 'secrets' | 'now'>,
  style: MailStyle,
  { to, limit = 1000 }: { to?: string | undefined; limit?: number } = {},
): Promise<InboxMail[]> {
  const mails = await core.store.list(
    'outbox',
    // Skip dummy mails, which have an empty recipient. They prevent a timing oracle for unknown accounts.
    {
      recipient: to === undefined ? { not: '' } : (canonicalEmail(to) ?? 'invalid'),
      createdAt: { after: core.now() - dayMs - 1 },
    },
    { orderBy: ['createdAt', 'id'], descending: true, limit },
  )
  return Promise.all(
    mails.reverse().map(async (mail) => {
      const payload = await unseal(core, mail)
      const { subject, text, html } = composeMail(mail.id, payload, style)
      return {
        id: mail.id,
        to: mail.recipient,
        kind: payload.kind,
        subject,
        text,
        html,
        links: payload.link === null ? [] : [payload.link],
        tokens: payload.token === null ? [] : [payload.token],
        sentAt: new Date(mail.createdAt).toISOString(),
      }
    }),
  )
}
