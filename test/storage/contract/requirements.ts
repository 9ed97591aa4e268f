import { beforeEach, describe, expect, it } from 'vitest'
import { insert, remove, requireRow, type Store, update } from '../../../src/core/store.ts'
import type { OneTimeToken } from '../../../src/core/tables.ts'
import { session, user } from '../rows.ts'
import { type OpenStore, useStore } from './harness.ts'

/** `require`: a write that depends on a row which it does not change. */
export function describeRequirements(open: OpenStore) {
  const { store, write } = useStore(open)
  const owner = user()
  const own = session({ userId: owner.id })
  const token = (tokenHash: string): OneTimeToken => ({
    tokenHash,
    purpose: 'test',
    realm: '',
    userId: owner.id,
    email: null,
    data: {},
    createdAt: 0,
    expiresAt: 1,
  })

  describe('required rows', () => {
    beforeEach(() => write(insert('users', owner), insert('sessions', own)))

    it('writes the other changes and leaves the required row unchanged', async () => {
      await write(
        requireRow('sessions', { id: own.id, userId: owner.id }),
        insert('oneTimeTokens', token('a')),
      )
      expect(await store.count('oneTimeTokens', {})).toBe(1)
      expect(await store.list('sessions', {}, { orderBy: 'id' })).toEqual([own])
    })

    it.each([
      ['does not exist', { id: 'missing' }],
      ['does not satisfy every condition', { id: own.id, userId: 'someone else' }],
    ])('writes nothing if the required row %s', async (_, where) => {
      const outcome = await store.write([
        insert('oneTimeTokens', token('a')),
        requireRow('sessions', where),
        insert('oneTimeTokens', token('b')),
      ])
      expect(outcome).toEqual({ done: false, step: 1, reason: 'unexpectedCount' })
      expect(await store.count('oneTimeTokens', {})).toBe(0)
    })

    it('sees the earlier changes of the same write', async () => {
      const removal = remove('sessions', { id: own.id })
      expect(await store.write([removal, requireRow('sessions', { id: own.id })])).toMatchObject({ step: 1 })
      const other = session({ userId: owner.id })
      await write(insert('sessions', other), requireRow('sessions', { id: other.id }))
    })

    it('accepts several matching rows', async () => {
      await write(
        insert('sessions', session({ userId: owner.id })),
        requireRow('sessions', { userId: owner.id }),
      )
    })

    it('orders a write and the removal of the row it requires', async () => {
      for (let round = 0; round < 20; round++) expect(await survivors(store, round)).toBe(0)
    })

    it('waits for a concurrent update and then checks the condition again', async () => {
      for (let round = 0; round < 20; round++) {
        await store.write([update('users', { id: owner.id }, { role: 'admin', name: '' })])
        const writes = await Promise.all([
          store.write([
            requireRow('users', { id: owner.id, role: 'admin' }),
            insert('oneTimeTokens', token(`r${round}`)),
          ]),
          store.write([
            update('users', { id: owner.id }, { role: 'user' }),
            remove('oneTimeTokens', { userId: owner.id }),
          ]),
        ])
        expect(writes[1]).toEqual({ done: true })
        expect(await store.count('oneTimeTokens', {})).toBe(0)
      }
    })
  })

  /** Ends a session and deletes what it created, while it creates more. */
  async function survivors(on: Store, round: number): Promise<number> {
    const ended = session({ userId: owner.id })
    await on.write([insert('sessions', ended)])
    const creation = (index: number) =>
      on.write([
        requireRow('sessions', { id: ended.id }),
        insert('oneTimeTokens', token(`${round}.${index}`)),
      ])
    await Promise.all([
      ...[0, 1, 2].map(creation),
      on.write([remove('sessions', { id: ended.id }), remove('oneTimeTokens', { userId: owner.id })]),
      ...[3, 4, 5].map(creation),
    ])
    return on.count('oneTimeTokens', {})
  }
}
