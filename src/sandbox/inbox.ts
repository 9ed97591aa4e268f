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
  links: string[]
  tokens: string[]
  /** ISO 8601, UTC. */
  sentAt: string
}

/** Without a mail server, a mail counts as delivered at once: the inbox already shows it. */
export const deliverToInbox: Deliver = async () => {}

/**
 * Reads the outbox, sent or not, as the recipients would: newest last, at most the latest 1000. For developers only.
 * @param to an email address, to see only the mails to it
 */
export async function readInbox(
  core: Pick<Core, 'store' | 'secrets'>,
  style: MailStyle,
  to?: string,
): Promise<InboxMail[]> {
  const mails = await core.store.list(
    'outbox',
    // Dummy mails have no recipient. They are written so that unknown accounts cost the same time.
    { recipient: to === undefined ? { not: '' } : (canonicalEmail(to) ?? 'nobody') },
    { orderBy: ['createdAt', 'id'], descending: true, limit: 1000 },
  )
  return Promise.all(
    mails.reverse().map(async (mail) => {
      const letter = await unseal(core, mail)
      const { subject, text } = composeMail(mail.id, letter, style)
      return {
        id: mail.id,
        to: mail.recipient,
        kind: letter.kind,
        subject,
        text,
        links: letter.link === null ? [] : [letter.link],
        tokens: letter.token === null ? [] : [letter.token],
        sentAt: new Date(mail.createdAt).toISOString(),
      }
    }),
  )
}
