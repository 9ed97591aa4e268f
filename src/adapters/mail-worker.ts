import { claimDueMails, type EmailPayload, markSent, maxAttempts, unseal } from '../core/outbox.ts'
import type { Core } from '../core/ports.ts'
import { type Change, remove, type Store, update } from '../core/store.ts'
import type { Mail } from '../core/tables.ts'
import { fillMail, type MailTexts } from './mail-texts.ts'

export interface MailAddress {
  name: string
  address: string
}

/** The sender and the texts of all mails. */
export interface MailStyle {
  sender: MailAddress
  texts: MailTexts
}

export interface OutgoingMail {
  id: string
  from: MailAddress
  /** The email address without a name, because the name may have been chosen by an attacker. */
  to: string
  subject: string
  text: string
  html: string
}

/** Delivers a mail. When the promise resolves, the receiver has accepted responsibility for it. */
export type Deliver = (mail: OutgoingMail, signal: AbortSignal) => Promise<void>

/** Thrown by {@link Deliver} when the mail is rejected permanently and must not be retried. */
export class MailRejectedError extends Error {
  override name = 'MailRejectedError'
}

export interface MailWorkerOptions {
  core: Pick<Core, 'store' | 'now' | 'secrets'>
  deliver: Deliver
  style: MailStyle
  log: Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>
  /** The maximum number of mails sent at the same time; 4 by default. */
  concurrency?: number
  /** How often to look for due retries, and for mails left by another process; every 5000 ms by default. */
  pollMs?: number
}

export interface MailWorker {
  /** Makes the worker look for mails now. Returns immediately. */
  wake: () => void
  /**
   * Stops taking mails, waits up to `graceMs` for those in progress, and aborts the rest, to be retried after
   * a restart.
   */
  stop: (graceMs?: number) => Promise<void>
}

/** The time limit for one delivery. It has to be shorter than a claim of `claimDueMails`. */
const deliveryMs = 45_000

/**
 * Starts a worker that sends the mails of the outbox in the background until it is stopped. Any number of
 * processes can run one. Delivery is at least once.
 */
export function startMailWorker({
  core,
  deliver,
  style,
  log,
  concurrency = 4,
  pollMs = 5_000,
}: MailWorkerOptions): MailWorker {
  const aborter = new AbortController()
  const inProgress = new Map<string, Promise<void>>()
  let isStopping = false
  let woken = Promise.withResolvers<void>()

  /**
   * Schedules the next attempt. The claim has already set its time, which allows for a full delivery. A
   * random part of that allowance is subtracted, to spread the retries of mails that failed at the same time.
   */
  const scheduleRetry = ({ id, attempts, nextAttemptAt }: Mail) => {
    const at = aborter.signal.aborted ? core.now() : nextAttemptAt - Math.floor(Math.random() * deliveryMs)
    return core.store.write([update('outbox', { id, attempts, sentAt: null }, { nextAttemptAt: at })])
  }

  const send = async (mail: Mail) => {
    const logFields = { mailId: mail.id, attempt: mail.attempts }
    try {
      // Fails if its secret is no longer configured. Retried, because a restart may configure it again.
      const payload = await unseal(core, mail)
      const signal = AbortSignal.any([aborter.signal, AbortSignal.timeout(deliveryMs)])
      await deliver(composeMail(mail.id, payload, style), signal)
      await markSent(core, mail)
      log.info({ ...logFields, kind: payload.kind }, 'mail sent')
    } catch (error) {
      if (!(error instanceof MailRejectedError) && mail.attempts < maxAttempts) {
        await scheduleRetry(mail)
        log.warn({ ...logFields, err: error }, 'mail not sent, will be retried')
        return
      }
      log.error({ ...logFields, err: error }, 'mail not sent, discarded')
      await core.store.write([remove('outbox', { id: mail.id, sentAt: null })])
    }
  }

  const sendDueMails = async () => {
    const limit = concurrency - inProgress.size
    if (limit === 0) return
    for (const mail of await claimDueMails(core, { limit })) {
      const { id } = mail
      // The clock may have jumped past the end of the claim while the mail was being sent.
      if (inProgress.has(id)) continue
      const sent = send(mail)
        .catch((err) => log.error({ mailId: id, err }, 'outbox could not be updated'))
        .finally(() => {
          inProgress.delete(id)
          woken.resolve()
        })
      inProgress.set(id, sent)
    }
  }

  const work = async () => {
    while (!isStopping) {
      woken = Promise.withResolvers()
      await sendDueMails().catch((err) => log.error({ err }, 'outbox could not be read'))
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
      const grace = setTimeout(() => aborter.abort(), graceMs)
      await Promise.all(inProgress.values())
      clearTimeout(grace)
    },
  }
}

/** Fills the template of a mail. */
export function composeMail(id: string, payload: EmailPayload, { sender, texts }: MailStyle): OutgoingMail {
  return {
    id,
    from: sender,
    to: payload.to,
    ...fillMail(texts[payload.kind], {
      sender: sender.name,
      name: payload.name,
      link: payload.link,
      code: payload.link === null ? payload.token : null,
    }),
  }
}

/** Wraps a store so that writes that add mails to the outbox wake the worker. */
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
