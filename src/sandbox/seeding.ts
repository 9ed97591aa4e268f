import type { Core } from '../core/ports.ts'
import { type Change, type Outcome, remove, type Store, type TableName } from '../core/store.ts'
import { tables } from '../storage/schema.ts'
import type { SandboxData, Seed } from '../variants/sandbox-data.ts'

export type Seeding = ReturnType<typeof createSeeding>

/** Fills a store with the users of the examples, and describes them for the development controls. */
export function createSeeding(seed: SandboxData['seed'], store: Store) {
  const hashes = new Map<string, Promise<string>>()
  let latest: Seed | undefined

  /** Rows depend on the time of seeding. Passwords are hashed only once. */
  async function seedFor(core: Core): Promise<Seed> {
    const hash = (password: string) => {
      const hashed = hashes.get(password) ?? core.hasher.hash(password)
      hashes.set(password, hashed)
      return hashed
    }
    const fresh = await seed({ ...core, hasher: { ...core.hasher, hash } })
    latest = { ...fresh, changes: fresh.changes.map(markAsSent) }
    return latest
  }

  const misfit = (changes: Change[], { step, reason }: Exclude<Outcome, { done: true }>) =>
    new Error(`The seed does not fit: ${reason} at ${JSON.stringify(changes[step])}`)
  const isUsed = async () => (await store.count('users', {})) > 0

  return {
    /** The seed as the development control shows it. */
    about: async (core: Core): Promise<Seed> => latest ?? seedFor(core),
    fresh: async (core: Core): Promise<Change[]> => (await seedFor(core)).changes,
    /** Replaces all rows by those of the seed. */
    async replaceAll(rows: Change[]): Promise<void> {
      const tableNames = Object.keys(tables).reverse() as TableName[]
      const changes = [...tableNames.map((table) => remove(table, {})), ...rows]
      const outcome = await store.write(changes)
      if (!outcome.done) throw misfit(changes, outcome)
    },
    async unlessUsed(core: Core): Promise<void> {
      if (await isUsed()) return
      const { changes } = await seedFor(core)
      const outcome = await store.write(changes)
      // Another process may have seeded the same database meanwhile.
      if (!outcome.done && !(await isUsed())) throw misfit(changes, outcome)
    },
  }
}

/** Mails of the examples appear in the inbox, but no mail server gets them, because nobody asked for them. */
function markAsSent(change: Change): Change {
  if (change.kind !== 'insert' || change.table !== 'outbox') return change
  return { ...change, row: { ...change.row, sentAt: change.row.createdAt } }
}
