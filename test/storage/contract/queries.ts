import { beforeEach, describe, expect, it } from 'vitest'
import { type AnyRow, insert, remove, update, type Where } from '../../../src/core/store.ts'
import type { Mail } from '../../../src/core/tables.ts'
import { tableNames } from '../../../src/storage/schema.ts'
import { mail, membership, organization, session, user } from '../rows.ts'
import { type OpenStore, useStore } from './harness.ts'

/** Looking up, listing, counting, and the view of a session. */
export function describeQueries(open: OpenStore) {
  const { store, done, mails, idsOf } = useStore(open)

  describe('finds', () => {
    const at = [100, 200, 300]
    beforeEach(() =>
      done(
        ...at.map((sentAt, index) => insert('outbox', mail({ id: `m${index}`, sentAt, attempts: index }))),
        insert('outbox', mail({ id: 'waiting', recipient: 'other@example.test' })),
      ),
    )

    it.each<[string, Where<Mail>, string[]]>([
      ['all where nothing is asked', {}, ['m0', 'm1', 'm2', 'waiting']],
      ['by equality', { id: 'm1' }, ['m1']],
      ['exactly, not by case or pattern', { recipient: 'OTHER@example.test' }, []],
      ['only what meets every column', { attempts: 0, sentAt: 100 }, ['m0']],
      ['nothing that fails one column', { attempts: 0, sentAt: 200 }, []],
      ['null', { sentAt: null }, ['waiting']],
      ['before, without the instant itself and without null', { sentAt: { before: 200 } }, ['m0']],
      ['after, without the instant itself and without null', { sentAt: { after: 200 } }, ['m2']],
      ['not, null included', { sentAt: { not: 200 } }, ['m0', 'm2', 'waiting']],
      ['not null', { sentAt: { not: null } }, ['m0', 'm1', 'm2']],
      ['nothing before null', { sentAt: { before: null } }, []],
      ['nothing after null', { sentAt: { after: null } }, []],
      ['one of several', { id: { in: ['m2', 'm0', 'm0', 'gone'] } }, ['m0', 'm2']],
      ['one of several, null among them', { sentAt: { in: [null, 300] } }, ['m2', 'waiting']],
      ['null as one of one', { sentAt: { in: [null] } }, ['waiting']],
      ['nothing among none', { id: { in: [] } }, []],
      ['one of very many', { id: { in: [...Array(3000).keys()].map((n) => `m${n}`) } }, ['m0', 'm1', 'm2']],
    ])('%s', async (_, where, expected) => {
      expect(await idsOf(where)).toEqual(expected)
      expect(await store.count('outbox', where)).toBe(expected.length)
      const found = await store.find('outbox', where)
      expect(found === undefined ? [] : expected).toEqual(expected)
      if (found) expect(expected).toContain(found.id)
    })

    it('undefined where there is no such row', async () => {
      expect(await store.find('users', { id: 'nobody' })).toBeUndefined()
    })
  })

  describe('lists', () => {
    const ids = (...rows: [id: string, sentAt: number | null, recipient: string][]) =>
      done(...rows.map(([id, sentAt, recipient]) => insert('outbox', mail({ id, sentAt, recipient }))))

    it('in the order asked, either way, null as the least', async () => {
      await ids(['a', 2, ''], ['b', null, ''], ['c', 10, ''], ['d', 1, ''])
      expect(await idsOf({}, { orderBy: 'sentAt' })).toEqual(['b', 'd', 'a', 'c'])
      expect(await idsOf({}, { orderBy: 'sentAt', descending: true })).toEqual(['c', 'a', 'd', 'b'])
    })

    it('by several columns, and by the primary key where those are equal', async () => {
      await ids(['b', 1, 'x'], ['a', 1, 'x'], ['d', 1, 'w'], ['c', 0, 'z'])
      expect(await idsOf({}, { orderBy: ['sentAt', 'recipient'] })).toEqual(['c', 'd', 'a', 'b'])
      expect(await idsOf({}, { orderBy: ['sentAt', 'recipient'], descending: true })).toEqual([
        'b',
        'a',
        'd',
        'c',
      ])
    })

    it('text by code point, whatever the language', async () => {
      const sorted = ['', 'B', 'Ba', 'a', 'z', 'ä', '\uffee', '👩']
      await ids(...sorted.toReversed().map((text): [string, null, string] => [text || '-', null, text]))
      const listed = await mails({}, { orderBy: 'recipient' })
      expect(listed.map(({ recipient }) => recipient)).toEqual(sorted)
    })

    it('no more than the limit, from the offset on', async () => {
      await ids(['a', 1, ''], ['b', 2, ''], ['c', 3, ''], ['d', 4, ''])
      expect(await idsOf({}, { orderBy: 'id', limit: 2 })).toEqual(['a', 'b'])
      expect(await idsOf({}, { orderBy: 'id', limit: 2, offset: 1 })).toEqual(['b', 'c'])
      expect(await idsOf({}, { orderBy: 'id', offset: 3 })).toEqual(['d'])
      expect(await idsOf({}, { orderBy: 'id', limit: 0 })).toEqual([])
      expect(await idsOf({}, { orderBy: 'id', offset: 9 })).toEqual([])
    })

    it.each([{ limit: -1 }, { limit: 1.5 }, { offset: -1 }, { offset: Number.NaN }])(
      'refuses %o, which is no number of rows',
      async (listing) => {
        await expect(mails({}, { orderBy: 'id', ...listing })).rejects.toThrow(TypeError)
      },
    )
  })

  describe('sessionWithUser', () => {
    it('is a session with its user and the organization that they joined first', async () => {
      const [owner, other] = [user({ profile: { bio: '👋' } }), user()]
      const [first, second] = [organization({ id: 'z' }), organization({ id: 'a' })]
      const live = session({ userId: owner.id })
      const { id: userId } = owner
      await done(
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

    it('has no organization where the user has none', async () => {
      const owner = user()
      const live = session({ userId: owner.id, accessTokenJti: 'jti' })
      await done(insert('users', owner), insert('sessions', live))
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

    it('follows at once: a changed user, a removed membership, an ended session', async () => {
      const [owner, home] = [user(), organization()]
      const live = session({ userId: owner.id })
      const { tokenHash } = live
      await done(
        insert('users', owner),
        insert('organizations', home),
        insert('sessions', live),
        insert('memberships', membership({ organizationId: home.id, userId: owner.id })),
      )
      await done(update('users', { id: owner.id }, { status: 'disabled' }), remove('memberships', {}))
      const found = await store.find('sessionWithUser', { tokenHash })
      expect(found).toMatchObject({ organizationId: null, user: { status: 'disabled' } })
      await done(remove('sessions', { tokenHash }, { expect: 1 }))
      expect(await store.find('sessionWithUser', { tokenHash })).toBeUndefined()
    })
  })

  it('shows all that there is, each row after those that it belongs to', async () => {
    const [mina, acme] = [user(), organization()]
    const rows = {
      sessions: session({ userId: mina.id }),
      memberships: membership({ organizationId: acme.id, userId: mina.id }),
      outbox: mail(),
    }
    await done(
      insert('users', mina),
      insert('organizations', acme),
      insert('sessions', rows.sessions),
      insert('memberships', rows.memberships),
      insert('outbox', rows.outbox),
    )
    const seen: AnyRow[] = []
    for await (const one of store.snapshot()) seen.push(one)
    const counts = await Promise.all(tableNames.map((table) => store.count(table, {})))
    expect(seen).toHaveLength(counts.reduce((sum, count) => sum + count))
    expect(seen).toEqual(
      expect.arrayContaining([
        { table: 'users', row: mina },
        { table: 'organizations', row: acme },
        ...Object.entries(rows).map(([table, row]) => ({ table, row })),
      ]),
    )
    const order = seen.map(({ table }) => table)
    expect(order.indexOf('users')).toBeLessThan(order.indexOf('sessions'))
    expect(order.indexOf('organizations')).toBeLessThan(order.indexOf('memberships'))
  })
}
