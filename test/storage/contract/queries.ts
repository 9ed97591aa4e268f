import { beforeEach, describe, expect, it } from 'vitest'
import { type AnyRow, insert, remove, update, type Where } from '../../../src/core/store.ts'
import type { Mail } from '../../../src/core/tables.ts'
import { tableNames } from '../../../src/storage/schema.ts'
import { mail, membership, organization, session, user } from '../rows.ts'
import { type OpenStore, useStore } from './harness.ts'

/** Finding, listing and counting rows, the view of a session, and snapshots. */
export function describeQueries(open: OpenStore) {
  const { store, write, mails, idsOf } = useStore(open)

  describe('conditions', () => {
    const at = [100, 200, 300]
    beforeEach(() =>
      write(
        ...at.map((sentAt, index) => insert('outbox', mail({ id: `m${index}`, sentAt, attempts: index }))),
        insert('outbox', mail({ id: 'waiting', recipient: 'other@example.test' })),
      ),
    )

    it.each<[string, Where<Mail>, string[]]>([
      ['every row without a condition', {}, ['m0', 'm1', 'm2', 'waiting']],
      ['rows by equality', { id: 'm1' }, ['m1']],
      ['rows by exact text, not by case or pattern', { recipient: 'OTHER@example.test' }, []],
      ['rows that match all conditions', { attempts: 0, sentAt: 100 }, ['m0']],
      ['no row that fails one condition', { attempts: 0, sentAt: 200 }, []],
      ['rows by null', { sentAt: null }, ['waiting']],
      ['rows by before, which excludes the value itself and null', { sentAt: { before: 200 } }, ['m0']],
      ['rows by after, which excludes the value itself and null', { sentAt: { after: 200 } }, ['m2']],
      ['rows by not, which includes null', { sentAt: { not: 200 } }, ['m0', 'm2', 'waiting']],
      ['rows by not null', { sentAt: { not: null } }, ['m0', 'm1', 'm2']],
      ['no row before null', { sentAt: { before: null } }, []],
      ['no row after null', { sentAt: { after: null } }, []],
      ['rows by a list', { id: { in: ['m2', 'm0', 'm0', 'missing'] } }, ['m0', 'm2']],
      ['rows by a list that contains null', { sentAt: { in: [null, 300] } }, ['m2', 'waiting']],
      ['rows by a list of null only', { sentAt: { in: [null] } }, ['waiting']],
      ['no row for an empty list', { id: { in: [] } }, []],
      [
        'by a very long list',
        { id: { in: [...Array(3000).keys()].map((n) => `m${n}`) } },
        ['m0', 'm1', 'm2'],
      ],
    ])('finds and counts %s', async (_, where, expected) => {
      expect(await idsOf(where)).toEqual(expected)
      expect(await store.count('outbox', where)).toBe(expected.length)
      const found = await store.find('outbox', where)
      expect(found === undefined ? [] : expected).toEqual(expected)
      if (found) expect(expected).toContain(found.id)
    })

    it('returns undefined when no row matches', async () => {
      expect(await store.find('users', { id: 'missing' })).toBeUndefined()
    })
  })

  describe('lists', () => {
    const insertMails = (...rows: [id: string, sentAt: number | null, recipient: string][]) =>
      write(...rows.map(([id, sentAt, recipient]) => insert('outbox', mail({ id, sentAt, recipient }))))

    it('sorts ascending or descending, with null as the smallest value', async () => {
      await insertMails(['a', 2, ''], ['b', null, ''], ['c', 10, ''], ['d', 1, ''])
      expect(await idsOf({}, { orderBy: 'sentAt' })).toEqual(['b', 'd', 'a', 'c'])
      expect(await idsOf({}, { orderBy: 'sentAt', descending: true })).toEqual(['c', 'a', 'd', 'b'])
    })

    it('sorts by several columns, and breaks ties by the primary key', async () => {
      await insertMails(['b', 1, 'x'], ['a', 1, 'x'], ['d', 1, 'w'], ['c', 0, 'z'])
      expect(await idsOf({}, { orderBy: ['sentAt', 'recipient'] })).toEqual(['c', 'd', 'a', 'b'])
      expect(await idsOf({}, { orderBy: ['sentAt', 'recipient'], descending: true })).toEqual([
        'b',
        'a',
        'd',
        'c',
      ])
    })

    it('sorts text by code point, regardless of the locale', async () => {
      const sorted = ['', 'B', 'Ba', 'a', 'z', 'ä', '\uffee', '👩']
      await insertMails(
        ...sorted.toReversed().map((text): [string, null, string] => [text || '-', null, text]),
      )
      const listed = await mails({}, { orderBy: 'recipient' })
      expect(listed.map(({ recipient }) => recipient)).toEqual(sorted)
    })

    it('returns at most limit rows, starting at the offset', async () => {
      await insertMails(['a', 1, ''], ['b', 2, ''], ['c', 3, ''], ['d', 4, ''])
      expect(await idsOf({}, { orderBy: 'id', limit: 2 })).toEqual(['a', 'b'])
      expect(await idsOf({}, { orderBy: 'id', limit: 2, offset: 1 })).toEqual(['b', 'c'])
      expect(await idsOf({}, { orderBy: 'id', offset: 3 })).toEqual(['d'])
      expect(await idsOf({}, { orderBy: 'id', limit: 0 })).toEqual([])
      expect(await idsOf({}, { orderBy: 'id', offset: 9 })).toEqual([])
    })

    it.each([{ limit: -1 }, { limit: 1.5 }, { offset: -1 }, { offset: Number.NaN }])(
      'throws a TypeError for the invalid limit or offset %o',
      async (listing) => {
        await expect(mails({}, { orderBy: 'id', ...listing })).rejects.toThrow(TypeError)
      },
    )
  })

  describe('the view sessionWithUser', () => {
    it('returns a session with its user and the organization that the user joined first', async () => {
      const [owner, other] = [user({ profile: { bio: '👋' } }), user()]
      const [first, second] = [organization({ id: 'z' }), organization({ id: 'a' })]
      const live = session({ userId: owner.id })
      const { id: userId } = owner
      await write(
        ...[owner, other].map((row) => insert('users', row)),
        ...[first, second].map((row) => insert('organizations', row)),
        insert('sessions', session({ userId: other.id })),
        insert('sessions', live),
        insert(
          'memberships',
          membership({ organizationId: second.id, userId, role: 'member', createdAt: 2 }),
        ),
        insert('memberships', membership({ organizationId: first.id, userId, role: 'admin', createdAt: 1 })),
        insert('memberships', membership({ organizationId: second.id, userId: other.id, createdAt: 0 })),
      )
      expect(await store.find('sessionWithUser', { tokenHash: live.tokenHash })).toEqual({
        ...live,
        user: owner,
        organizationId: 'z',
        organizationRole: 'admin',
      })
      expect(await store.find('sessionWithUser', { userId, organizationId: 'a' })).toBeUndefined()
      expect(await store.find('sessionWithUser', { userId, organizationId: 'z' })).toMatchObject({
        id: live.id,
      })
    })

    it('returns null as organization when the user has none', async () => {
      const owner = user()
      const live = session({ userId: owner.id, accessTokenJti: 'jti' })
      await write(insert('users', owner), insert('sessions', live))
      expect(
        await store.find('sessionWithUser', { accessTokenJti: 'jti', idleExpiresAt: { after: 1 } }),
      ).toEqual({
        ...live,
        user: owner,
        organizationId: null,
        organizationRole: null,
      })
      expect(
        await store.find('sessionWithUser', { accessTokenJti: 'jti', idleExpiresAt: { before: 1 } }),
      ).toBeUndefined()
    })

    it('reflects a changed user, a deleted membership and a deleted session immediately', async () => {
      const [owner, home] = [user(), organization()]
      const live = session({ userId: owner.id })
      const { tokenHash } = live
      await write(
        insert('users', owner),
        insert('organizations', home),
        insert('sessions', live),
        insert('memberships', membership({ organizationId: home.id, userId: owner.id })),
      )
      await write(update('users', { id: owner.id }, { status: 'disabled' }), remove('memberships', {}))
      const found = await store.find('sessionWithUser', { tokenHash })
      expect(found).toMatchObject({ organizationId: null, user: { status: 'disabled' } })
      await write(remove('sessions', { tokenHash }, { expect: 1 }))
      expect(await store.find('sessionWithUser', { tokenHash })).toBeUndefined()
    })
  })

  it('returns every row in a snapshot, each after the rows that it references', async () => {
    const [mina, acme] = [user(), organization()]
    const rows = {
      sessions: session({ userId: mina.id }),
      memberships: membership({ organizationId: acme.id, userId: mina.id }),
      outbox: mail(),
    }
    await write(
      insert('users', mina),
      insert('organizations', acme),
      insert('sessions', rows.sessions),
      insert('memberships', rows.memberships),
      insert('outbox', rows.outbox),
    )
    const rowsSeen: AnyRow[] = []
    for await (const one of store.snapshot()) rowsSeen.push(one)
    const counts = await Promise.all(tableNames.map((table) => store.count(table, {})))
    expect(rowsSeen).toHaveLength(counts.reduce((sum, count) => sum + count))
    expect(rowsSeen).toEqual(
      expect.arrayContaining([
        { table: 'users', row: mina },
        { table: 'organizations', row: acme },
        ...Object.entries(rows).map(([table, row]) => ({ table, row })),
      ]),
    )
    const order = rowsSeen.map(({ table }) => table)
    expect(order.indexOf('users')).toBeLessThan(order.indexOf('sessions'))
    expect(order.indexOf('organizations')).toBeLessThan(order.indexOf('memberships'))
  })
}
