import type { Core } from '../core/ports.ts'
import { type Change, type Outcome, remove, type Store, type TableName } from '../core/store.ts'
import { tables } from '../storage/schema.ts'
import type { Seed, ServedVariant } from '../variants/variant.ts'

export type Seeding = ReturnType<typeof createSeeding>

/** Puts the people of the examples into a store, and tells who they are. */
export function createSeeding(variant: ServedVariant, store: Store) {
  const hashes = new Map<string, Promise<string>>()
  let told: Seed | undefined

  /** What is seeded depends on the time; the passwords are hashed once all the same. */
  async function seedFor(core: Core): Promise<Seed> {
    const hash = (password: string) => {
      const made = hashes.get(password) ?? core.hasher.hash(password)
      hashes.set(password, made)
      return made
    }
    const seed = await variant.seed({ ...core, hasher: { ...core.hasher, hash } })
    told = { ...seed, changes: seed.changes.map(unsent) }
    return told
  }

  const misfit = (changes: Change[], { step, reason }: Exclude<Outcome, { done: true }>) =>
    new Error(`The seed does not fit: ${reason} at ${JSON.stringify(changes[step])}`)
  const isUsed = async () => (await store.count('users', {})) > 0

  return {
    /** What the development control shows. */
    about: async (core: Core): Promise<Seed> => told ?? seedFor(core),
    fresh: async (core: Core): Promise<Change[]> => (await seedFor(core)).changes,
    /** All rows that there are go, and these come. */
    async replaceAll(seed: Change[]): Promise<void> {
      const tableNames = Object.keys(tables).reverse() as TableName[]
      const changes = [...tableNames.map((table) => remove(table, {})), ...seed]
      const outcome = await store.write(changes)
      if (!outcome.done) throw misfit(changes, outcome)
    },
    async unlessUsed(core: Core): Promise<void> {
      if (await isUsed()) return
      const { changes } = await seedFor(core)
      const outcome = await store.write(changes)
      // Another process that started on the same database may have been faster.
      if (!outcome.done && !(await isUsed())) throw misfit(changes, outcome)
    },
    /** Whether the store knows somebody whose password is public. */
    async isThere(core: Core): Promise<boolean> {
      const hasher = { ...core.hasher, hash: async () => '' }
      const { users } = await variant.seed({ ...core, hasher })
      return (await store.count('users', { id: { in: users.map(({ id }) => id) } })) > 0
    },
  }
}

/** A mail of the examples can be read in the inbox. Nobody has asked for it, so no mail server gets it. */
function unsent(change: Change): Change {
  if (change.kind !== 'insert' || change.table !== 'outbox') return change
  return { ...change, row: { ...change.row, sentAt: change.row.createdAt } }
}
