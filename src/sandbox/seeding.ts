import type { Core } from '../core/ports.ts'
import { type Change, remove, type Store, type TableName, type WriteResult } from '../core/store.ts'
import { tables } from '../storage/schema.ts'
import type { SandboxData, Seed } from '../variants/sandbox-data.ts'

export type Seeding = ReturnType<typeof createSeeding>

/** Hashes of the passwords of the examples, by password. */
export type PasswordHashes = Map<string, Promise<string>>

/**
 * Creates the functions that fill a store with the data of the contract's examples.
 * @param hashes a cache that sandboxes share, because hashing takes most of the time of seeding
 */
export function createSeeding(seed: SandboxData['seed'], store: Store, hashes: PasswordHashes = new Map()) {
  let latest: Seed | undefined

  /** Creates new rows for each seeding, because they contain the current time. */
  async function seedFor(core: Core): Promise<Seed> {
    const hash = (password: string) => {
      const hashed = hashes.get(password) ?? core.hasher.hash(password)
      hashes.set(password, hashed)
      // Hashing fails under overload. The next seeding tries again.
      hashed.catch(() => hashes.delete(password))
      return hashed
    }
    const fresh = await seed({ ...core, hasher: { ...core.hasher, hash } })
    latest = { ...fresh, changes: fresh.changes.map(markAsSent) }
    return latest
  }

  const toSeedError = (changes: Change[], { step, reason }: Exclude<WriteResult, { done: true }>) =>
    new Error(`Seeding failed: ${reason} at ${JSON.stringify(changes[step])}`)
  const hasUsers = async () => (await store.count('users', {})) > 0

  return {
    /** Returns the seed, with its users, keys and tokens, for the development control. */
    describe: async (core: Core): Promise<Seed> => latest ?? seedFor(core),
    createRows: async (core: Core): Promise<Change[]> => (await seedFor(core)).changes,
    /** Deletes all rows of the store and inserts `rows`. Their mails are not delivered. */
    async replaceAll(rows: Change[]): Promise<void> {
      const tableNames = Object.keys(tables).reverse() as TableName[]
      const changes = [...tableNames.map((table) => remove(table, {})), ...rows.map(markAsSent)]
      const outcome = await store.write(changes)
      if (!outcome.done) throw toSeedError(changes, outcome)
    },
    /** Seeds the store if it has no users. */
    async seedIfEmpty(core: Core): Promise<void> {
      if (await hasUsers()) return
      const { changes } = await seedFor(core)
      const outcome = await store.write(changes)
      // The write fails if another process has seeded the same database meanwhile.
      if (!outcome.done && !(await hasUsers())) throw toSeedError(changes, outcome)
    },
  }
}

/** Marks mails as sent: they appear in the inbox, but are not delivered to a mail server. */
function markAsSent(change: Change): Change {
  if (change.kind !== 'insert' || change.table !== 'outbox') return change
  return { ...change, row: { ...change.row, sentAt: change.row.createdAt } }
}
