import { maxAttempts } from './outbox.ts'
import type { Core } from './ports.ts'
import { remove, type TableName, type Where } from './store.ts'
import type { Tables } from './tables.ts'

/** How long ended rows are kept, so that clients get "expired" instead of "unknown". */
const retentionSeconds = 7 * 24 * 60 * 60

/** Deleted as soon as they expire: their expiry is never reported, and anonymous clients can create them. */
const purposesWithoutRetention = [
  'oauth',
  'passkeyRegistration',
  'passkeySignIn',
  'passkeySignUp',
  'usedTotp',
  'dummy',
]

/** Rows per write, so that no request waits long for it. */
const batchSize = 500

/**
 * Deletes ended sessions, one-time tokens and accounts, and mails that were sent or given up.
 * @returns the number of deleted rows by table
 */
export async function purge(core: Pick<Core, 'store' | 'now' | 'rules'>): Promise<Record<string, number>> {
  const now = core.now()
  const before = now - retentionSeconds * 1000
  const { accessToken, mail } = core.rules
  let oneTimeTokens = await removeAll(core, 'oneTimeTokens', 'tokenHash', { expiresAt: { before } })
  for (const purpose of purposesWithoutRetention)
    oneTimeTokens += await removeAll(core, 'oneTimeTokens', 'tokenHash', {
      purpose,
      expiresAt: { before: now },
    })
  return {
    sessions: await removeAll(core, 'sessions', 'id', {
      idleExpiresAt: { before: before - accessToken.lifetimeSeconds * 1000 },
    }),
    oneTimeTokens,
    users: await removeAll(core, 'users', 'id', { expiresAt: { before: now + 1 } }),
    outbox:
      (await removeAll(core, 'outbox', 'id', {
        sentAt: { before: now - mail.sentRetentionSeconds * 1000 },
      })) + (await removeAll(core, 'outbox', 'id', { sentAt: null, attempts: { after: maxAttempts } })),
  }
}

/**
 * Deletes all matching rows in batches. Each write repeats the condition, so that a row that was extended
 * meanwhile is kept. The rows are sorted like the index that finds them: sorting them by key would make
 * SQLite scan the whole table.
 */
async function removeAll<T extends TableName>(
  { store }: Pick<Core, 'store'>,
  table: T,
  key: keyof Tables[T] & string,
  where: Where<Tables[T]>,
): Promise<number> {
  const orderBy = [...(Object.keys(where) as (keyof Tables[T] & string)[]), key]
  for (let removed = 0; ; ) {
    const rows = await store.list(table, where, { orderBy, limit: batchSize })
    if (rows.length === 0) return removed
    const keys = rows.map((row) => row[key])
    await store.write([remove(table, { ...where, [key]: { in: keys } })])
    removed += rows.length
    // Let waiting requests run first.
    await new Promise((resolve) => setTimeout(resolve))
  }
}
