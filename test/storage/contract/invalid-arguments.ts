import { beforeEach, describe, expect, it } from 'vitest'
import { insert, remove, type Store, update } from '../../../src/core/store.ts'
import { user } from '../rows.ts'
import { type OpenStore, unsafe, useStore } from './harness.ts'

/** Calls with invalid arguments. They must fail before they reach the database, to rule out SQL injection. */
export function describeInvalidArguments(open: OpenStore) {
  const { store, write } = useStore(open)

  describe('an invalid argument', () => {
    const row = user()
    beforeEach(() => write(insert('users', row)))

    it.each<[string, (store: Store) => Promise<unknown>]>([
      ['an unknown column', (to) => to.find('users', unsafe({ 'id = id OR 1': 1 }))],
      [
        'a column named like a property of Object.prototype',
        (to) => to.find('users', unsafe({ constructor: 1 })),
      ],
      ['an undefined value', (to) => to.find('users', unsafe({ id: undefined }))],
      ['a value of the wrong type', (to) => to.find('users', unsafe({ id: 7 }))],
      ['a comparison with undefined', (to) => to.find('users', unsafe({ createdAt: { before: undefined } }))],
      ['an unknown comparison', (to) => to.find('users', unsafe({ id: { like: '%' } }))],
      [
        'two comparisons on one column',
        (to) => to.find('users', unsafe({ createdAt: { before: 1, after: 2 } })),
      ],
      ['an array instead of a value', (to) => to.find('users', unsafe({ id: ['a'] }))],
      ['a comparison on a JSON column', (to) => to.find('users', unsafe({ profile: { in: [{}] } }))],
      ['an unknown table', (to) => to.find(unsafe<'users'>('users; DROP TABLE users'), {})],
      [
        'a table named like a property of Object.prototype',
        (to) => to.find(unsafe<'users'>('constructor'), {}),
      ],
      [
        'an unknown column in orderBy',
        (to) => to.list('users', {}, { orderBy: unsafe('id; DROP TABLE users') }),
      ],
      ['an unknown column in a count', (to) => to.count('users', unsafe({ nothing: 1 }))],
      ['an unknown column in an insert', (to) => to.write([insert('users', unsafe({ ...user(), x: 1 }))])],
      ['a missing column in an insert', (to) => to.write([insert('users', unsafe({ id: 'x' }))])],
      [
        'null for a column that is not nullable',
        (to) => to.write([update('users', {}, unsafe({ name: null }))]),
      ],
      ['a fraction for an integer column', (to) => to.write([update('users', {}, { createdAt: 1.5 })])],
      ['an unsafe integer', (to) => to.write([update('users', {}, { createdAt: 2 ** 53 })])],
      ['text for an integer column', (to) => to.write([update('users', {}, unsafe({ createdAt: '1' }))])],
      ['a function for a JSON column', (to) => to.write([update('users', {}, unsafe({ profile: () => 1 }))])],
      ['an update of the primary key', (to) => to.write([update('users', {}, { id: 'another' })])],
      ['an unknown column in an update', (to) => to.write([update('users', {}, unsafe({ '1=1': 1 }))])],
      [
        'an undefined condition in an update',
        (to) => to.write([update('users', unsafe({ id: undefined }), { name: '' })]),
      ],
      ['an undefined condition in a delete', (to) => to.write([remove('users', unsafe({ id: undefined }))])],
    ])('throws a TypeError and changes nothing for %s', async (_, call) => {
      await expect(call(store)).rejects.toThrow(TypeError)
      expect(await store.list('users', {}, { orderBy: 'id' })).toEqual([row])
    })
  })
}
