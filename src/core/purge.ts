import { maxAttempts } from './outbox.ts'
import type { Core } from './ports.ts'
import { remove } from './store.ts'

/** What ended keeps its row for a while, so that its owner is told "expired" and not "unknown". */
const keepSeconds = 7 * 24 * 60 * 60

/** Deletes what has ended: sessions, one-time tokens, guests and others with an end, and mails sent or given up. */
export const purge = async ({ store, now, rules }: Pick<Core, 'store' | 'now' | 'rules'>): Promise<void> => {
  const past = now()
  const before = past - keepSeconds * 1000
  await store.write([
    remove('sessions', { expiresAt: { before: before - rules.accessToken.seconds * 1000 } }),
    remove('oneTimeTokens', { expiresAt: { before } }),
    remove('users', { expiresAt: { before: past + 1 } }),
    remove('outbox', { sentAt: { before: past - rules.mail.keepSentSeconds * 1000 } }),
    remove('outbox', { sentAt: null, attempts: { after: maxAttempts } }),
  ])
}
