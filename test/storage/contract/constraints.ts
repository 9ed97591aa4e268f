import { describe, expect, it } from 'vitest'
import { insert, remove, update } from '../../../src/core/store.ts'
import type { User } from '../../../src/core/tables.ts'
import { mail, membership, organization, session, user } from '../rows.ts'
import { type OpenStore, useStore } from './harness.ts'

/** What is unique, and what belongs to what. */
export function describeConstraints(open: OpenStore) {
  const { store, done } = useStore(open)

  describe('keeps unique', () => {
    const taken = (columns: string[]) => ({ done: false, step: 0, reason: 'taken', columns })

    it.each<[string, Partial<User>, string[]]>([
      ['the primary key', { id: 'u' }, ['id']],
      ['an address in its realm', { email: 'a@example.test' }, ['realm', 'email']],
    ])('%s, and names its columns', async (_, same, columns) => {
      await done(insert('users', user({ id: 'u', email: 'a@example.test' })))
      expect(await store.write([insert('users', user(same))])).toEqual(taken(columns))
    })

    it('a primary key of several columns, and names them', async () => {
      const [owner, home] = [user(), organization()]
      const row = membership({ userId: owner.id, organizationId: home.id })
      await done(insert('users', owner), insert('organizations', home), insert('memberships', row))
      expect(await store.write([insert('memberships', row)])).toEqual(taken(['organizationId', 'userId']))
    })

    it('what an update sets', async () => {
      const row = user()
      const [one, other] = [session({ userId: row.id }), session({ userId: row.id, tokenHash: 'theirs' })]
      await done(insert('users', row), insert('sessions', one), insert('sessions', other))
      const outcome = await store.write([update('sessions', { id: one.id }, { tokenHash: 'theirs' })])
      expect(outcome).toEqual(taken(['tokenHash']))
      expect(await store.find('sessions', { id: one.id })).toEqual(one)
      await done(update('sessions', { id: other.id }, { tokenHash: 'theirs' }, { expect: 1 }))
    })

    it('no null: any number of users have no address', async () => {
      await done(...[1, 2, 3].map(() => insert('users', user({ email: null }))))
    })

    it('an address in each realm for itself, and what differs in case or form as different', async () => {
      await done(
        ...['a', 'b'].map((realm) => insert('users', user({ realm, email: 'a@example.test' }))),
        ...['A@example.test', 'zoë', 'zoe\u0308'].map((email) =>
          insert('users', user({ realm: 'a', email })),
        ),
      )
    })

    it('what a removed row had, which is free again', async () => {
      const row = user()
      await done(insert('users', row), remove('users', { id: row.id }), insert('users', row))
    })
  })

  describe('keeps rows together', () => {
    it('removes with a user, and with a project, all that belongs to them and nothing else', async () => {
      const [leaving, staying, home] = [user(), user(), organization()]
      const [mine, theirs] = [session({ userId: leaving.id }), session({ userId: staying.id })]
      const token = { purpose: '', realm: '', email: null, data: {}, createdAt: 1, expiresAt: 2 }
      const key = {
        preview: '',
        name: '',
        description: null,
        kind: '',
        realm: '',
        organizationId: home.id,
        scopes: [],
        createdAt: 1,
        lastUsedAt: null,
        expiresAt: null,
        revokedAt: null,
      }
      const { id: userId } = leaving
      await done(
        insert('users', leaving),
        insert('users', staying),
        insert('organizations', home),
        insert('memberships', membership({ organizationId: home.id, userId })),
        insert('memberships', membership({ organizationId: home.id, userId: staying.id })),
        insert('projects', {
          id: 'p',
          organizationId: home.id,
          name: '',
          slug: '',
          description: null,
          createdAt: 1,
        }),
        insert('identities', { realm: '', provider: 'google', subject: '1', userId, createdAt: 1 }),
        insert('sessions', mine),
        insert('sessions', theirs),
        insert('rotatedRefreshTokens', { tokenHash: 'mine', sessionId: mine.id, rotatedAt: 1 }),
        insert('rotatedRefreshTokens', { tokenHash: 'theirs', sessionId: theirs.id, rotatedAt: 1 }),
        insert('oneTimeTokens', { ...token, tokenHash: 'mine', userId }),
        insert('oneTimeTokens', { ...token, tokenHash: 'nobody', userId: null }),
        insert('passkeys', {
          credentialId: 'c',
          userId,
          publicKey: '',
          counter: 0,
          name: '',
          createdAt: 1,
        }),
        insert('apiKeys', { ...key, id: 'mine', keyHash: '1', userId, projectId: null }),
        insert('apiKeys', {
          ...key,
          id: 'of the project',
          keyHash: '2',
          userId: staying.id,
          projectId: 'p',
        }),
        insert('apiKeys', {
          ...key,
          id: 'of the organization',
          keyHash: '3',
          userId: null,
          projectId: null,
        }),
        insert('feedback', {
          id: 'f',
          projectId: 'p',
          apiKeyId: 'mine',
          status: '',
          data: {},
          createdAt: 1,
        }),
      )

      await done(remove('users', { id: userId }))
      expect(await store.list('users', {}, { orderBy: 'id' })).toEqual([staying])
      expect(await store.list('sessions', {}, { orderBy: 'id' })).toEqual([theirs])
      expect(await store.find('rotatedRefreshTokens', { tokenHash: 'mine' })).toBeUndefined()
      expect(await store.find('rotatedRefreshTokens', { tokenHash: 'theirs' })).toBeDefined()
      expect(await store.find('oneTimeTokens', { tokenHash: 'mine' })).toBeUndefined()
      expect(await store.find('oneTimeTokens', { tokenHash: 'nobody' })).toBeDefined()
      expect(await store.count('identities', {})).toBe(0)
      expect(await store.count('passkeys', {})).toBe(0)
      expect(await store.count('memberships', {})).toBe(1)
      expect(await store.count('apiKeys', {})).toBe(2)
      expect(await store.count('feedback', { apiKeyId: 'mine' })).toBe(1)

      await done(remove('projects', { id: 'p' }))
      expect((await store.list('apiKeys', {}, { orderBy: 'id' })).map(({ id }) => id)).toEqual([
        'of the organization',
      ])
      expect(await store.count('feedback', {})).toBe(0)
      expect(await store.count('organizations', {})).toBe(1)
    })

    it('brings what went along back when a later step fails', async () => {
      const row = user()
      const live = session({ userId: row.id })
      await done(insert('users', row), insert('sessions', live))
      const outcome = await store.write([
        remove('users', { id: row.id }, { expect: 1 }),
        remove('users', { id: row.id }, { expect: 1 }),
      ])
      expect(outcome).toEqual({ done: false, step: 1, reason: 'unexpectedCount' })
      expect(await store.find('sessions', { id: live.id })).toEqual(live)
    })

    it('refuses a session of a user who is gone', async () => {
      const outcome = await store.write([
        insert('outbox', mail()),
        insert('sessions', session({ userId: 'gone' })),
      ])
      expect(outcome).toEqual({ done: false, step: 1, reason: 'orphaned' })
      expect(await store.count('outbox', {})).toBe(0)
    })
  })
}
