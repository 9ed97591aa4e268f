import { beforeEach, describe, expect, it } from 'vitest'
import { type Change, insert, remove, StoreUnavailableError, update } from '../../../src/core/store.ts'
import { mail, session, user } from '../rows.ts'
import { type OpenStore, unsafe, useStore } from './harness.ts'

/** Atomicity, expected row counts, concurrency, and closing the store. */
export function describeWrites(open: OpenStore) {
  const { store, write, mails, idsOf } = useStore(open)

  describe('atomic writes', () => {
    it('rolls back the whole write when a change affects an unexpected number of rows', async () => {
      const kept = mail({ id: 'kept' })
      await write(insert('outbox', kept))
      const outcome = await store.write([
        insert('outbox', mail({ id: 'new' })),
        update('outbox', { id: 'kept' }, { attempts: 5 }, { expect: 1 }),
        remove('outbox', { id: 'kept' }, { expect: 1 }),
        remove('outbox', { id: 'missing' }, { expect: 1 }),
        insert('outbox', mail({ id: 'never' })),
      ])
      expect(outcome).toEqual({ done: false, step: 3, reason: 'unexpectedCount' })
      expect(await mails({})).toEqual([kept])
    })

    it('rolls back the whole write when a unique value is taken', async () => {
      const first = user({ email: 'a@example.test' })
      await write(insert('users', first))
      const second = user({ email: 'a@example.test' })
      const outcome = await store.write([
        insert('outbox', mail()),
        remove('users', { id: 'missing' }),
        insert('users', second),
      ])
      expect(outcome).toEqual({ done: false, step: 2, reason: 'taken', columns: ['realm', 'email'] })
      expect(await store.count('outbox', {})).toBe(0)
      expect(await store.list('users', {}, { orderBy: 'id' })).toEqual([first])
    })

    it('rolls back the whole write when a change is invalid', async () => {
      const invalid = insert('users', unsafe({ ...user(), name: null }))
      await expect(store.write([insert('outbox', mail()), invalid])).rejects.toThrow(TypeError)
      expect(await store.count('outbox', {})).toBe(0)
      await write(insert('outbox', mail()))
    })

    it('lets a change see the earlier changes of the same write', async () => {
      const row = user()
      await write(
        insert('users', row),
        insert('sessions', session({ userId: row.id })),
        update('users', { id: row.id, name: 'Mina' }, { name: 'Ada' }, { expect: 1 }),
        update('users', { id: row.id, name: 'Ada' }, { role: 'admin' }, { expect: 1 }),
      )
      expect(await store.find('users', { id: row.id })).toMatchObject({ name: 'Ada', role: 'admin' })
    })

    it('accepts a write without changes', async () => {
      await write()
    })
  })

  describe('expected row counts', () => {
    beforeEach(() => write(...['a', 'b', 'c'].map((id) => insert('outbox', mail({ id })))))

    it.each<[string, Change, boolean]>([
      [
        'succeeds when no row matches, as expected',
        update('outbox', { id: 'x' }, { attempts: 1 }, { expect: 0 }),
        true,
      ],
      [
        'fails when one row matches but none was expected',
        remove('outbox', { id: 'a' }, { expect: 0 }),
        false,
      ],
      [
        'succeeds when several rows match, as expected',
        update('outbox', {}, { attempts: 1 }, { expect: 3 }),
        true,
      ],
      [
        'counts rows whose value does not change',
        update('outbox', { id: 'a' }, { attempts: 0 }, { expect: 1 }),
        true,
      ],
      [
        'counts the rows of an update that sets nothing',
        update('outbox', { attempts: 0 }, {}, { expect: 3 }),
        true,
      ],
      [
        'accepts any number of rows without an expectation',
        remove('outbox', { id: { in: ['a', 'b'] } }),
        true,
      ],
    ])('%s', async (_, change, isDone) => {
      expect((await store.write([change])).done).toBe(isDone)
    })

    it('does not count rows deleted by a cascade', async () => {
      const row = user()
      await write(insert('users', row), insert('sessions', session({ userId: row.id })))
      await write(remove('users', { id: row.id }, { expect: 1 }))
    })

    it('lets exactly one of 50 concurrent writes use a one-time token', async () => {
      const token = {
        tokenHash: 'once',
        purpose: 'reset',
        realm: '',
        userId: null,
        email: null,
        data: {},
        createdAt: 1,
        expiresAt: 2,
      }
      await write(insert('oneTimeTokens', token))
      const outcomes = await Promise.all(
        [...Array(50).keys()].map((attempts) =>
          store.write([
            insert('outbox', mail({ id: `winner ${attempts}` })),
            remove('oneTimeTokens', { tokenHash: 'once', expiresAt: { after: 1 } }, { expect: 1 }),
          ]),
        ),
      )
      expect(outcomes.filter((outcome) => outcome.done)).toHaveLength(1)
      const winner = outcomes.findIndex((outcome) => outcome.done)
      expect(await idsOf({ id: { not: 'a' }, recipient: 'mina@example.test', attempts: 0 })).toContain(
        `winner ${winner}`,
      )
      expect(await store.count('outbox', {})).toBe(4)
    })

    it('lets exactly one of 50 concurrent writes rotate a token', async () => {
      const row = user()
      const { id } = row
      await write(insert('users', row), insert('sessions', session({ id, userId: id, tokenHash: 'first' })))
      const outcomes = await Promise.all(
        [...Array(50).keys()].map((n) =>
          store.write([
            update('sessions', { tokenHash: 'first' }, { tokenHash: `next ${n}` }, { expect: 1 }),
            insert('rotatedRefreshTokens', { tokenHash: 'first', sessionId: id, rotatedAt: n }),
          ]),
        ),
      )
      expect(outcomes.filter((outcome) => outcome.done)).toHaveLength(1)
      const winner = outcomes.findIndex((outcome) => outcome.done)
      expect((await store.find('sessions', { id }))?.tokenHash).toBe(`next ${winner}`)
      expect((await store.find('rotatedRefreshTokens', { tokenHash: 'first' }))?.rotatedAt).toBe(winner)
    })

    it('lets exactly one of 50 concurrent writes take an email', async () => {
      const outcomes = await Promise.all(
        [...Array(50).keys()].map(() => store.write([insert('users', user({ email: 'a@example.test' }))])),
      )
      expect(outcomes.filter((outcome) => outcome.done)).toHaveLength(1)
      expect(await store.count('users', {})).toBe(1)
    })
  })

  it('fails with StoreUnavailableError after it is closed, and can be closed twice', async () => {
    await store.close()
    await store.close()
    await expect(store.find('users', {})).rejects.toThrow(StoreUnavailableError)
    await expect(store.list('users', {}, { orderBy: 'id' })).rejects.toThrow(StoreUnavailableError)
    await expect(store.count('users', {})).rejects.toThrow(StoreUnavailableError)
    await expect(store.write([insert('outbox', mail())])).rejects.toThrow(StoreUnavailableError)
    await expect(store.write([])).rejects.toThrow(StoreUnavailableError)
  })

  it('lets each of many concurrent writes succeed or fail independently', async () => {
    const taken = mail({ id: 'taken' })
    await write(insert('outbox', taken))
    const writes = Array.from({ length: 30 }, (_, index) => {
      const first = insert('outbox', mail({ id: `first${index}` }))
      const second = insert('outbox', mail({ id: index % 3 === 0 ? 'taken' : `second${index}` }))
      const invalid = unsafe<Change>({ kind: 'insert', table: 'outbox', row: { id: 'half' } })
      return store.write(index % 3 === 1 ? [first, invalid] : [first, second])
    })
    const results = await Promise.allSettled(writes)
    for (const [index, result] of results.entries()) {
      if (index % 3 === 1) expect(result).toMatchObject({ status: 'rejected', reason: expect.any(TypeError) })
      else expect(result).toMatchObject({ value: { done: index % 3 === 2 } })
      const kept = await store.count('outbox', { id: { in: [`first${index}`, `second${index}`] } })
      expect(kept).toBe(index % 3 === 2 ? 2 : 0)
    }
  })
}
