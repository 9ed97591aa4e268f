import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { base64url } from 'jose'
import type { Core } from './ports.ts'
import { type Change, insert, update } from './store.ts'
import type { Mail } from './tables.ts'

/** The content of a mail. The mailer writes the text. */
export interface EmailPayload {
  kind: EmailKind
  /** The canonical email of the recipient. */
  to: string
  /** The name of the recipient; empty if unknown. User input, so it has to be escaped. */
  name: string
  /** Null in notifications. */
  token: string | null
  /** Null in notifications, and in mails that show the token itself. */
  link: string | null
}
/** The kind of a mail, which selects its text. */
export type EmailKind = 'verifyEmail' | 'resetPassword' | 'passwordChanged' | 'invitation'

/** The back-off after each failure. The last value repeats. */
const pauseSeconds = [30, 60, 300, 900, 3600]
/** How long a worker may take to send a claimed mail before it is due again, in addition to the back-off. */
const leaseSeconds = 60
/** Mails with more attempts are given up. */
export const maxAttempts = 48

/**
 * Returns the change that adds a mail to the outbox. Write it together with the changes that the mail is
 * about, so that a crash cannot lose only one of them (transactional outbox).
 * @param options.realm the realm of the recipient
 * @param options.isDummy adds a row that is never sent, to do the same work for unknown recipients
 */
export async function enqueueMailChange(
  core: Pick<Core, 'newId' | 'now' | 'random' | 'secrets'>,
  payload: EmailPayload,
  { realm, isDummy = false }: { realm: string; isDummy?: boolean },
): Promise<Change> {
  const id = core.newId('mail')
  const now = core.now()
  return insert('outbox', {
    id,
    realm,
    recipient: isDummy ? '' : payload.to,
    sealed: await seal(core, id, payload),
    attempts: 0,
    createdAt: now,
    nextAttemptAt: now,
    sentAt: isDummy ? now : null,
  })
}

/**
 * Claims due mails, oldest first, for this process to `unseal` and send. A claim also schedules the next
 * attempt: unless `markSent` follows, the mail is due again later, whether sending failed or the process
 * crashed. So delivery is at least once.
 */
export async function claimDueMails(
  core: Pick<Core, 'store' | 'now'>,
  { limit = 10 }: { limit?: number } = {},
): Promise<Mail[]> {
  const now = core.now()
  const due = await core.store.list(
    'outbox',
    { sentAt: null, nextAttemptAt: { before: now + 1 } },
    { orderBy: ['nextAttemptAt', 'createdAt'], limit },
  )
  const claimed: Mail[] = []
  for (const mail of due) {
    const pause = pauseSeconds[Math.min(mail.attempts, pauseSeconds.length - 1)] ?? 0
    const attempts = mail.attempts + 1
    const nextAttemptAt = now + (leaseSeconds + pause) * 1000
    const claim = update(
      'outbox',
      { id: mail.id, attempts: mail.attempts, sentAt: null },
      { attempts, nextAttemptAt },
      { expect: 1 },
    )
    // Fails if another worker has claimed it.
    if ((await core.store.write([claim])).done) claimed.push({ ...mail, attempts, nextAttemptAt })
  }
  return claimed
}

/** Marks a mail as accepted by the mail server. */
export async function markSent(core: Pick<Core, 'store' | 'now'>, { id }: Mail): Promise<void> {
  await core.store.write([update('outbox', { id, sentAt: null }, { sentAt: core.now() })])
}

async function seal(
  { secrets, random }: Pick<Core, 'secrets' | 'random'>,
  id: string,
  payload: EmailPayload,
) {
  const [key] = getSealingKeys(secrets)
  if (!key) throw new TypeError('No secret is configured for encrypting mails')
  const iv = random(12)
  const text = new TextEncoder().encode(JSON.stringify(payload))
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(id) },
    await key,
    text,
  )
  return `${base64url.encode(iv)}.${base64url.encode(new Uint8Array(sealed))}`
}

/**
 * Decrypts a mail.
 * @throws {Error} if no configured secret can decrypt it
 */
export async function unseal(
  { secrets }: Pick<Core, 'secrets'>,
  { id, sealed }: Mail,
): Promise<EmailPayload> {
  const [iv = new Uint8Array(), content = new Uint8Array()] = sealed
    .split('.')
    .map((part) => new Uint8Array(base64url.decode(part)))
  const algorithm = { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(id) }
  for (const key of getSealingKeys(secrets)) {
    const text = await crypto.subtle.decrypt(algorithm, await key, content).catch(() => undefined)
    if (text) return JSON.parse(new TextDecoder().decode(text))
  }
  throw new Error(`Mail ${id} was encrypted with a secret that is no longer configured`)
}

const keys = new WeakMap<readonly string[], Promise<CryptoKey>[]>()

/** Derives encryption keys, so that no secret is used with two algorithms. */
function getSealingKeys(secrets: readonly string[]): Promise<CryptoKey>[] {
  const cached = keys.get(secrets)
  if (cached) return cached
  const derived = secrets.map((secret) => {
    const key = new Uint8Array(hkdf(sha256, utf8ToBytes(secret), undefined, utf8ToBytes('outbox'), 32))
    return crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt'])
  })
  keys.set(secrets, derived)
  return derived
}
