import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { base64url } from 'jose'
import type { Core } from './ports.ts'
import { type Change, insert, update } from './store.ts'
import type { Mail } from './tables.ts'

/** What a mail has to say. The words are the mailer's. */
export interface EmailPayload {
  kind: EmailKind
  /** Address, canonical. */
  to: string
  /** Of the recipient, as they gave it: escape it. */
  name: string
  /** Both are null in a mail that only tells. */
  token: string | null
  link: string | null
}
export type EmailKind = 'verifyEmail' | 'resetPassword' | 'passwordChanged'

/** After the first, second, ... failure, until the last of these repeats. */
const pauseSeconds = [30, 60, 300, 900, 3600]
/** A mail server that stays silent longer than this counts as failed. */
const leaseSeconds = 60
export const maxAttempts = 48

/**
 * The change that puts a letter on its way, for writing it together with what it is about: a crash loses neither alone.
 * @param realm of the recipient
 * @param delivered true makes a row that is never sent, for doing the same work where nobody may learn that there is none
 */
export async function enqueueMailChange(
  core: Pick<Core, 'newId' | 'now' | 'random' | 'secrets'>,
  letter: EmailPayload,
  { realm, delivered = false }: { realm: string; delivered?: boolean },
): Promise<Change> {
  const id = core.newId('mail')
  const now = core.now()
  return insert('outbox', {
    id,
    realm,
    recipient: delivered ? '' : letter.to,
    sealed: await seal(core, id, letter),
    attempts: 0,
    createdAt: now,
    nextAttemptAt: now,
    sentAt: delivered ? now : null,
  })
}

/**
 * Claims mails that are due, oldest first, for this process to `unseal` and send. A claim is also the plan for the next attempt: unless `markSent` follows, the mail
 * comes back later, whether sending failed or the process died. So a mail may arrive twice, and never not at all.
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
    // Another worker was faster.
    if ((await core.store.write([claim])).done) claimed.push({ ...mail, attempts, nextAttemptAt })
  }
  return claimed
}

/** The mail server has taken it. */
export async function markSent(core: Pick<Core, 'store' | 'now'>, { id }: Mail): Promise<void> {
  await core.store.write([update('outbox', { id, sentAt: null }, { sentAt: core.now() })])
}

async function seal({ secrets, random }: Pick<Core, 'secrets' | 'random'>, id: string, letter: EmailPayload) {
  const [key] = getSealingKeys(secrets)
  if (!key) throw new TypeError('There is no secret to seal with')
  const iv = random(12)
  const text = new TextEncoder().encode(JSON.stringify(letter))
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(id) },
    await key,
    text,
  )
  return `${base64url.encode(iv)}.${base64url.encode(new Uint8Array(sealed))}`
}

/** @throws {Error} when none of the secrets opens it */
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
  throw new Error(`Mail ${id} was sealed with a secret that is no longer configured`)
}

const keys = new WeakMap<readonly string[], Promise<CryptoKey>[]>()

/** Keys of their own, so that no secret serves two algorithms. */
function getSealingKeys(secrets: readonly string[]): Promise<CryptoKey>[] {
  const known = keys.get(secrets)
  if (known) return known
  const made = secrets.map((secret) => {
    const key = new Uint8Array(hkdf(sha256, utf8ToBytes(secret), undefined, utf8ToBytes('outbox'), 32))
    return crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt'])
  })
  keys.set(secrets, made)
  return made
}
