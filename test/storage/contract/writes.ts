import { beforeEach, describe, expect, it } from 'vitest'
import { type Change, insert, remove, StoreUnavailableError, update } from '../../../src/core/store.ts'
import { mail, session, user } from '../rows.ts'
import { type OpenStore, unsafe, useStore } from './harness.ts'

/** Atomicity, row counts, order and the end of it. */
export function describeWrites(open: OpenStore) {
  const { store, done, mails, idsOf } = useStore(open)

  describe('writes all or nothing', () => {
    it('undoes every step before the one that touched another number of rows than expected', async () => {
      const kept = mail({ id: 'kept' })
      await done(insert('outbox', kept))
      const outcome = await store.write([
        insert('outbox', mail({ id: 'new' })),
        update('outbox', { id: 'kept' }, { attempts: 5 }, { expect: 1 }),
        remove('outbox', { id: 'kept' }, { expect: 1 }),
        remove('outbox', { id: 'gone' }, { expect: 1 }),
        insert('outbox', mail({ id: 'never' })),
      ])
      expect(outcome).toEqual({ done: false, step: 3, reason: 'unexpectedCount' })
      expect(await mails({})).toEqual([kept])
    })

    it('undoes every step before a value that is taken', async () => {
      const first = user({ email: 'a@example.test' })
      await done(insert('users', first))
      const second = user({ email: 'a@example.test' })
      const outcome = await store.write([
        insert('outbox', mail()),
        remove('users', { id: 'nobody' }),
        insert('users', second),
      ])
      expect(outcome).toEqual({ done: false, step: 2, reason: 'taken', columns: ['realm', 'email'] })
      expect(await store.count('outbox', {})).toBe(0)
      expect(await store.list('users', {}, { orderBy: 'id' })).toEqual([first])
    })

    it('undoes every step before one that is not valid', async () => {
      const invalid = insert('users', unsafe({ ...user(), name: null }))
      await expect(store.write([insert('outbox', mail()), invalid])).rejects.toThrow(TypeError)
      expect(await store.count('outbox', {})).toBe(0)
      await done(insert('outbox', mail()))
    })

    it('lets a later step see the earlier ones', async () => {
      const row = user()
      await done(
        insert('users', row),
        insert('sessions', session({ userId: row.id })),
        update('users', { id: row.id, name: 'Mina' }, { name: 'Ada' }, { expect: 1 }),
        update('users', { id: row.id, name: 'Ada' }, { role: 'admin' }, { expect: 1 }),
      )
      expect(await store.find('users', { id: row.id })).toMatchObject({ name: 'Ada', role: 'admin' })
    })

    it('and nothing at all is done', async () => {
      await done()
    })
  })

  describe('counts what a step touched', () => {
    beforeEach(() => done(...['a', 'b', 'c'].map((id) => insert('outbox', mail({ id })))))

    it.each<[string, Change, boolean]>([
      ['none, as expected', update('outbox', { id: 'x' }, { attempts: 1 }, { expect: 0 }), true],
      ['one where none may be', remove('outbox', { id: 'a' }, { expect: 0 }), false],
      ['several, as expected', update('outbox', {}, { attempts: 1 }, { expect: 3 }), true],
      [
        'rows that get the value they have',
        update('outbox', { id: 'a' }, { attempts: 0 }, { expect: 1 }),
        true,
      ],
      ['rows of an update that sets nothing', update('outbox', { attempts: 0 }, {}, { expect: 3 }), true],
      ['any number where none is expected', remove('outbox', { id: { in: ['a', 'b'] } }), true],
    ])('%s', async (_, step, isDone) => {
      expect((await store.write([step])).done).toBe(isDone)
    })

    it('without the rows that go along', async () => {
      const row = user()
      await done(insert('users', row), insert('sessions', session({ userId: row.id })))
      await done(remove('users', { id: row.id }, { expect: 1 }))
    })

    it('so that of 50 who use a token at once exactly one succeeds', async () => {
      const once = {
        tokenHash: 'once',
        purpose: 'reset',
        realm: '',
        userId: null,
        email: null,
        data: {},
        createdAt: 1,
        expiresAt: 2,
      }
      await done(insert('oneTimeTokens', once))
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

    it('so that of 50 who rotate a token at once exactly one succeeds', async () => {
      const row = user()
      const { id } = row
      await done(insert('users', row), insert('sessions', session({ id, userId: id, tokenHash: 'first' })))
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

    it('so that of 50 who take an address at once exactly one succeeds', async () => {
      const outcomes = await Promise.all(
        [...Array(50).keys()].map(() => store.write([insert('users', user({ email: 'a@example.test' }))])),
      )
      expect(outcomes.filter((outcome) => outcome.done)).toHaveLength(1)
      expect(await store.count('users', {})).toBe(1)
    })
  })

  it('is unavailable once closed, and closes twice', async () => {
    await store.close()
    await store.close()
    await expect(store.find('users', {})).rejects.toThrow(StoreUnavailableError)
    await expect(store.list('users', {}, { orderBy: 'id' })).rejects.toThrow(StoreUnavailableError)
    await expect(store.count('users', {})).rejects.toThrow(StoreUnavailableError)
    await expect(store.write([insert('outbox', mail())])).rejects.toThrow(StoreUnavailableError)
    await expect(store.write([])).rejects.toThrow(StoreUnavailableError)
  })

  it('many at once, each of which succeeds or fails for itself', async () => {
    const taken = mail({ id: 'taken' })
    await done(insert('outbox', taken))
    const writes = Array.from({ length: 30 }, (_, index) => {
      const first = insert('outbox', mail({ id: `first${index}` }))
      const second = insert('outbox', mail({ id: index % 3 === 0 ? 'taken' : `second${index}` }))
      const spoilt = unsafe<Change>({ kind: 'insert', table: 'outbox', row: { id: 'half' } })
      return store.write(index % 3 === 1 ? [first, spoilt] : [first, second])
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
