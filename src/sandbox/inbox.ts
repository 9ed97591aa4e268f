import { composeMail, type Deliver, type MailStyle } from '../adapters/mail-worker.ts'
import { canonicalEmail } from '../core/emails.ts'
import { type LetterKind, unseal } from '../core/outbox.ts'
import type { Core } from '../core/ports.ts'

export interface InboxMail {
  id: string
  to: string
  kind: LetterKind
  subject: string
  text: string
  links: string[]
  tokens: string[]
  /** ISO 8601, UTC. */
  sentAt: string
}

/** Where there is no mail server, a mail has arrived as soon as it can be read in the inbox: that is at once. */
export const deliverToInbox: Deliver = async () => {}

/**
 * What the outbox still holds, sent or not, as its recipients read it: newest last, at most the latest 1000. For developers
 * only. The outbox outlives the process, and so does this.
 * @param to an address, to see only the mails to it
 */
export const readInbox = async (
  core: Pick<Core, 'store' | 'secrets'>,
  style: MailStyle,
  to?: string,
): Promise<InboxMail[]> => {
  const mails = await core.store.list(
    'outbox',
    // Without a recipient are mails to nobody, which are written for the sake of equal work.
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
