import { afterEach, beforeEach, expect } from 'vitest'
import type { Change, ListOptions, Store, Where } from '../../../src/core/store.ts'
import type { Mail } from '../../../src/core/tables.ts'

/** Opens an empty store. */
export type OpenStore = () => Promise<Store>

/** Casts a value to any type, for calls that TypeScript would reject. */
export const unsafe = <Value>(value: unknown) => value as Value

/** Opens a new store for each test, and returns it with common test helpers. */
export function useStore(open: OpenStore) {
  let current: Store
  beforeEach(async () => {
    current = await open()
  })
  afterEach(() => current.close())

  const store: Store = {
    find: (table, where) => current.find(table, where),
    list: (table, where, listing) => current.list(table, where, listing),
    count: (table, where) => current.count(table, where),
    write: (changes) => current.write(changes),
    snapshot: () => current.snapshot(),
    close: () => current.close(),
  }
  /** Writes changes that must succeed. */
  const write = async (...changes: Change[]) => expect(await store.write(changes)).toEqual({ done: true })
  const mails = (where: Where<Mail>, listing: ListOptions<Mail> = { orderBy: 'id' }) =>
    store.list('outbox', where, listing)
  const idsOf = async (where: Where<Mail>, listing?: ListOptions<Mail>) =>
    (await mails(where, listing)).map(({ id }) => id)
  return { store, write, mails, idsOf }
}
