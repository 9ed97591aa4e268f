import { maxAttempts } from './outbox.ts'
import type { Core } from './ports.ts'
import { remove, type TableName, type Where } from './store.ts'
import type { Tables } from './tables.ts'

/** What ended keeps its row for a while, so that its owner is told "expired" and not "unknown"... */
const retentionSeconds = 7 * 24 * 60 * 60

/** ...but for these, of which nobody is told so: anybody can have some made. */
const purposesWithoutRetention = [
  'oauth',
  'passkeyRegistration',
  'passkeySignIn',
  'passkeySignUp',
  'usedTotp',
  'dummy',
]

/** So many rows at once, so that no request waits long behind them. */
const batchSize = 500

/**
 * Deletes what has ended: sessions, one-time tokens, guests and others with an end, and mails sent or given up.
 * @returns how many rows went, by table
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
 * Condition and key are both asked for at the end: a row that has just been prolonged stays. Rows come in the order of the
 * index that finds them: in that of the key, SQLite would walk through the whole table to find a few.
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
    // Whoever waits comes first.
    await new Promise((resolve) => setTimeout(resolve))
  }
}
