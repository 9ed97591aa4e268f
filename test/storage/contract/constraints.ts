import { describe, expect, it } from 'vitest'
import { insert, remove, update } from '../../../src/core/store.ts'
import type { User } from '../../../src/core/tables.ts'
import { mail, membership, organization, session, user } from '../rows.ts'
import { type OpenStore, useStore } from './harness.ts'

/** Unique constraints and foreign keys. */
export function describeConstraints(open: OpenStore) {
  const { store, write } = useStore(open)

  describe('unique constraints', () => {
    const taken = (columns: string[]) => ({ done: false, step: 0, reason: 'taken', columns })

    it.each<[string, Partial<User>, string[]]>([
      ['primary key', { id: 'u' }, ['id']],
      ['email within a realm', { email: 'a@example.test' }, ['realm', 'email']],
    ])('rejects a duplicate %s and reports its columns', async (_, same, columns) => {
      await write(insert('users', user({ id: 'u', email: 'a@example.test' })))
      expect(await store.write([insert('users', user(same))])).toEqual(taken(columns))
    })

    it('rejects a duplicate primary key of several columns and reports them', async () => {
      const [owner, home] = [user(), organization()]
      const row = membership({ userId: owner.id, organizationId: home.id })
      await write(insert('users', owner), insert('organizations', home), insert('memberships', row))
      expect(await store.write([insert('memberships', row)])).toEqual(taken(['organizationId', 'userId']))
    })

    it('rejects a duplicate value in an update', async () => {
      const row = user()
      const [one, other] = [session({ userId: row.id }), session({ userId: row.id, tokenHash: 'other' })]
      await write(insert('users', row), insert('sessions', one), insert('sessions', other))
      const outcome = await store.write([update('sessions', { id: one.id }, { tokenHash: 'other' })])
      expect(outcome).toEqual(taken(['tokenHash']))
      expect(await store.find('sessions', { id: one.id })).toEqual(one)
      await write(update('sessions', { id: other.id }, { tokenHash: 'other' }, { expect: 1 }))
    })

    it('allows any number of users without an email', async () => {
      await write(...[1, 2, 3].map(() => insert('users', user({ email: null }))))
    })

    it('allows the same email in two realms, and compares emails exactly by code point', async () => {
      await write(
        ...['a', 'b'].map((realm) => insert('users', user({ realm, email: 'a@example.test' }))),
        ...['A@example.test', 'zoë', 'zoe\u0308'].map((email) =>
          insert('users', user({ realm: 'a', email })),
        ),
      )
    })

    it('allows the unique values of a deleted row to be reused', async () => {
      const row = user()
      await write(insert('users', row), remove('users', { id: row.id }), insert('users', row))
    })
  })

  describe('foreign keys', () => {
    it('deletes exactly the rows that belong to a deleted user or project', async () => {
      const [deleted, kept, home] = [user(), user(), organization()]
      const [ownSession, otherSession] = [session({ userId: deleted.id }), session({ userId: kept.id })]
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
      const { id: userId } = deleted
      await write(
        insert('users', deleted),
        insert('users', kept),
        insert('organizations', home),
        insert('memberships', membership({ organizationId: home.id, userId })),
        insert('memberships', membership({ organizationId: home.id, userId: kept.id })),
        insert('projects', {
          id: 'p',
          organizationId: home.id,
          name: '',
          slug: '',
          description: null,
          createdAt: 1,
        }),
        insert('identities', { realm: '', provider: 'google', subject: '1', userId, createdAt: 1 }),
        insert('sessions', ownSession),
        insert('sessions', otherSession),
        insert('rotatedRefreshTokens', { tokenHash: 'own', sessionId: ownSession.id, rotatedAt: 1 }),
        insert('rotatedRefreshTokens', { tokenHash: 'other', sessionId: otherSession.id, rotatedAt: 1 }),
        insert('oneTimeTokens', { ...token, tokenHash: 'own', userId }),
        insert('oneTimeTokens', { ...token, tokenHash: 'none', userId: null }),
        insert('passkeys', {
          credentialId: 'c',
          userId,
          publicKey: '',
          counter: 0,
          name: '',
          createdAt: 1,
        }),
        insert('apiKeys', { ...key, id: 'own', keyHash: '1', userId, projectId: null }),
        insert('apiKeys', {
          ...key,
          id: 'of the project',
          keyHash: '2',
          userId: kept.id,
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
          apiKeyId: 'own',
          status: '',
          data: {},
          createdAt: 1,
        }),
      )

      await write(remove('users', { id: userId }))
      expect(await store.list('users', {}, { orderBy: 'id' })).toEqual([kept])
      expect(await store.list('sessions', {}, { orderBy: 'id' })).toEqual([otherSession])
      expect(await store.find('rotatedRefreshTokens', { tokenHash: 'own' })).toBeUndefined()
      expect(await store.find('rotatedRefreshTokens', { tokenHash: 'other' })).toBeDefined()
      expect(await store.find('oneTimeTokens', { tokenHash: 'own' })).toBeUndefined()
      expect(await store.find('oneTimeTokens', { tokenHash: 'none' })).toBeDefined()
      expect(await store.count('identities', {})).toBe(0)
      expect(await store.count('passkeys', {})).toBe(0)
      expect(await store.count('memberships', {})).toBe(1)
      expect(await store.count('apiKeys', {})).toBe(2)
      expect(await store.count('feedback', { apiKeyId: 'own' })).toBe(1)

      await write(remove('projects', { id: 'p' }))
      expect((await store.list('apiKeys', {}, { orderBy: 'id' })).map(({ id }) => id)).toEqual([
        'of the organization',
      ])
      expect(await store.count('feedback', {})).toBe(0)
      expect(await store.count('organizations', {})).toBe(1)
    })

    it('restores rows deleted by a cascade when a later change fails', async () => {
      const row = user()
      const live = session({ userId: row.id })
      await write(insert('users', row), insert('sessions', live))
      const outcome = await store.write([
        remove('users', { id: row.id }, { expect: 1 }),
        remove('users', { id: row.id }, { expect: 1 }),
      ])
      expect(outcome).toEqual({ done: false, step: 1, reason: 'unexpectedCount' })
      expect(await store.find('sessions', { id: live.id })).toEqual(live)
    })

    it('rejects a session whose user does not exist', async () => {
      const outcome = await store.write([
        insert('outbox', mail()),
        insert('sessions', session({ userId: 'missing' })),
      ])
      expect(outcome).toEqual({ done: false, step: 1, reason: 'orphaned' })
      expect(await store.count('outbox', {})).toBe(0)
    })
  })
}
