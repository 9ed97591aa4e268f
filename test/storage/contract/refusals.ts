import { beforeEach, describe, expect, it } from 'vitest'
import { insert, remove, type Store, update } from '../../../src/core/store.ts'
import { user } from '../rows.ts'
import { type OpenStore, unsafe, useStore } from './harness.ts'

/** What no caller may send, whatever it comes from. */
export function describeRefusals(open: OpenStore) {
  const { store, done } = useStore(open)

  describe('refuses with a TypeError, and does nothing for,', () => {
    const row = user()
    beforeEach(() => done(insert('users', row)))

    it.each<[string, (store: Store) => Promise<unknown>]>([
      ['a column that does not exist', (to) => to.find('users', unsafe({ 'id = id OR 1': 1 }))],
      ['a column of every object', (to) => to.find('users', unsafe({ constructor: 1 }))],
      ['a column without a value', (to) => to.find('users', unsafe({ id: undefined }))],
      ['a value of another kind', (to) => to.find('users', unsafe({ id: 7 }))],
      ['a comparison with nothing', (to) => to.find('users', unsafe({ createdAt: { before: undefined } }))],
      ['a comparison that does not exist', (to) => to.find('users', unsafe({ id: { like: '%' } }))],
      ['two comparisons at once', (to) => to.find('users', unsafe({ createdAt: { before: 1, after: 2 } }))],
      ['an array in place of a value', (to) => to.find('users', unsafe({ id: ['a'] }))],
      ['a comparison of JSON', (to) => to.find('users', unsafe({ profile: { in: [{}] } }))],
      ['a table that does not exist', (to) => to.find(unsafe<'users'>('users; DROP TABLE users'), {})],
      ['a property of every object as a table', (to) => to.find(unsafe<'users'>('constructor'), {})],
      [
        'an order by what is no column',
        (to) => to.list('users', {}, { orderBy: unsafe('id; DROP TABLE users') }),
      ],
      ['a column that does not exist in a count', (to) => to.count('users', unsafe({ nothing: 1 }))],
      [
        'a column that does not exist in a row',
        (to) => to.write([insert('users', unsafe({ ...user(), x: 1 }))]),
      ],
      ['a row without one of its columns', (to) => to.write([insert('users', unsafe({ id: 'x' }))])],
      ['null where there has to be a value', (to) => to.write([update('users', {}, unsafe({ name: null }))])],
      ['an instant that is no integer', (to) => to.write([update('users', {}, { createdAt: 1.5 })])],
      ['a number beyond what is exact', (to) => to.write([update('users', {}, { createdAt: 2 ** 53 })])],
      ['text where a number belongs', (to) => to.write([update('users', {}, unsafe({ createdAt: '1' }))])],
      ['what has no JSON', (to) => to.write([update('users', {}, unsafe({ profile: () => 1 }))])],
      ['another primary key', (to) => to.write([update('users', {}, { id: 'another' })])],
      [
        'a column that does not exist in an update',
        (to) => to.write([update('users', {}, unsafe({ '1=1': 1 }))]),
      ],
      [
        'a condition without a value in an update',
        (to) => to.write([update('users', unsafe({ id: undefined }), { name: '' })]),
      ],
      [
        'a condition without a value in a removal',
        (to) => to.write([remove('users', unsafe({ id: undefined }))]),
      ],
    ])('%s', async (_, call) => {
      await expect(call(store)).rejects.toThrow(TypeError)
      expect(await store.list('users', {}, { orderBy: 'id' })).toEqual([row])
    })
  })
}
