import { afterEach, beforeEach, expect } from 'vitest'
import type { Change, Listing, Store, Where } from '../../../src/core/store.ts'
import type { Mail } from '../../../src/core/tables.ts'

/** Gives a store without a row in it. */
export type OpenStore = () => Promise<Store>

/** What a caller without types could send. */
export const unsafe = <Value>(value: unknown) => value as Value

/** A new store for every test, and what tests do with it again and again. */
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
  const done = async (...changes: Change[]) => expect(await store.write(changes)).toEqual({ done: true })
  const mails = (where: Where<Mail>, listing: Listing<Mail> = { orderBy: 'id' }) =>
    store.list('outbox', where, listing)
  const idsOf = async (where: Where<Mail>, listing?: Listing<Mail>) =>
    (await mails(where, listing)).map(({ id }) => id)
  return { store, done, mails, idsOf }
}
