import { claimDueMails, type EmailPayload, markSent, maxAttempts, unseal } from '../core/outbox.ts'
import type { Core } from '../core/ports.ts'
import { type Change, remove, type Store, update } from '../core/store.ts'
import type { Mail } from '../core/tables.ts'
import { fillMail, type MailTexts } from './mail-texts.ts'

export interface MailAddress {
  name: string
  address: string
}

/** Whose mails these are and how they read. */
export interface MailStyle {
  sender: MailAddress
  texts: MailTexts
}

export interface OutgoingMail {
  id: string
  from: MailAddress
  /** The address alone: whoever signed up chose the name, and need not be the one who reads the mail. */
  to: string
  subject: string
  text: string
  html: string
}

/** Hands a mail over; when it resolves, the other side has taken responsibility for it. */
export type Deliver = (mail: OutgoingMail, signal: AbortSignal) => Promise<void>

/** No later attempt can succeed. */
export class MailRejectedError extends Error {
  override name = 'MailRefused'
}

export interface MailWorkerOptions {
  core: Pick<Core, 'store' | 'now' | 'secrets'>
  deliver: Deliver
  style: MailStyle
  log: Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>
  /** How many mails are under way at the same time. */
  concurrency?: number
  /** How often to look for mails that are due again, or that another process left behind. */
  pollMs?: number
}

export interface MailWorker {
  /** Look now; costs the caller nothing. */
  wake: () => void
  /** Takes no more mails, lets those under way finish for so long, then breaks them off to be tried again after a restart. */
  stop: (graceMs?: number) => Promise<void>
}

/** Less than the time for which `claimDueMails` keeps other processes away from a mail. */
const deliveryMs = 45_000

/** Sends what is in the outbox, beside the requests, until it is stopped. Any number of processes may do so at once. */
export function startMailWorker({
  core,
  deliver,
  style,
  log,
  concurrency = 4,
  pollMs = 5_000,
}: MailWorkerOptions): MailWorker {
  const breakOff = new AbortController()
  const underWay = new Map<string, Promise<void>>()
  let isStopping = false
  let woken = Promise.withResolvers<void>()

  /**
   * The claim has set the time already, with room for a server that stays silent. That room is not needed any more, and
   * spreading over it keeps mails that failed together from coming back together.
   */
  const tryAgain = ({ id, attempts, nextAttemptAt }: Mail) => {
    const at = breakOff.signal.aborted ? core.now() : nextAttemptAt - Math.floor(Math.random() * deliveryMs)
    return core.store.write([update('outbox', { id, attempts, sentAt: null }, { nextAttemptAt: at })])
  }

  const send = async (mail: Mail) => {
    const about = { mailId: mail.id, attempt: mail.attempts }
    try {
      // Fails for a secret that was taken away; a later start may have it again.
      const letter = await unseal(core, mail)
      const signal = AbortSignal.any([breakOff.signal, AbortSignal.timeout(deliveryMs)])
      await deliver(composeMail(mail.id, letter, style), signal)
      await markSent(core, mail)
      log.info({ ...about, kind: letter.kind }, 'mail sent')
    } catch (error) {
      if (!(error instanceof MailRejectedError) && mail.attempts < maxAttempts) {
        await tryAgain(mail)
        log.warn({ ...about, err: error }, 'mail not sent, will be tried again')
        return
      }
      log.error({ ...about, err: error }, 'mail given up')
      await core.store.write([remove('outbox', { id: mail.id, sentAt: null })])
    }
  }

  const takeDue = async () => {
    const limit = concurrency - underWay.size
    if (limit === 0) return
    for (const mail of await claimDueMails(core, { limit })) {
      const { id } = mail
      // The clock may have jumped past the claim while the mail was on its way.
      if (underWay.has(id)) continue
      const sent = send(mail)
        .catch((err) => log.error({ mailId: id, err }, 'outbox not updated'))
        .finally(() => {
          underWay.delete(id)
          woken.resolve()
        })
      underWay.set(id, sent)
    }
  }

  const work = async () => {
    while (!isStopping) {
      woken = Promise.withResolvers()
      await takeDue().catch((err) => log.error({ err }, 'outbox not read'))
      const poll = setTimeout(woken.resolve, pollMs)
      await woken.promise
      clearTimeout(poll)
    }
  }
  const working = work()

  return {
    wake: () => woken.resolve(),
    async stop(graceMs = 5_000) {
      isStopping = true
      woken.resolve()
      await working
      const grace = setTimeout(() => breakOff.abort(), graceMs)
      await Promise.all(underWay.values())
      clearTimeout(grace)
    },
  }
}

export function composeMail(id: string, letter: EmailPayload, { sender, texts }: MailStyle): OutgoingMail {
  return {
    id,
    from: sender,
    to: letter.to,
    ...fillMail(texts[letter.kind], {
      sender: sender.name,
      name: letter.name,
      link: letter.link,
      code: letter.link === null ? letter.token : null,
    }),
  }
}

/** The same store, whose writes call the worker when they put a mail into the outbox. */
export function wakeOnMail(store: Store, wake: () => void): Store {
  return {
    ...store,
    async write(changes) {
      const outcome = await store.write(changes)
      const isMail = ({ kind, table }: Change) => kind === 'insert' && table === 'outbox'
      if (outcome.done && Array.from(changes).some(isMail)) wake()
      return outcome
    },
  }
}
