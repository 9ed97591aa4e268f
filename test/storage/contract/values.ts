import { describe, expect, it } from 'vitest'
import { type Change, insert, update } from '../../../src/core/store.ts'
import { mail, membership, organization, session, user } from '../rows.ts'
import { type OpenStore, unsafe, useStore } from './harness.ts'

/** Tests that values survive storage unchanged. */
export function describeValues(open: OpenStore) {
  const { store, write } = useStore(open)

  describe('stored values', () => {
    it('keeps the value of every column of every table', async () => {
      const owner = user({
        emailVerifiedAt: 1,
        passwordHash: '$argon2id$v=19$...',
        plan: 'free',
        picture: 'https://example.test/mina.png',
        profile: { nickname: 'mina', socialLinks: [{ url: 'x' }], bio: null },
        totpSecret: 'JBSWY3DPEHPK3PXP',
        expiresAt: 2,
      })
      const { id: userId } = owner
      const home = organization()
      const { id: organizationId } = home
      const live = session({
        userId,
        accessTokenJti: 'jti',
        previousTokenHash: 'before',
        rotatedAt: 3,
        userAgent: 'Mozilla/5.0',
        ip: '2001:db8::1',
      })
      const project = {
        id: 'p',
        organizationId,
        name: 'Loom',
        slug: 'loom',
        description: 'd',
        createdAt: 1,
      }
      const phase = { id: 'ph', name: 'Design' }
      const rows = [
        insert('users', owner),
        insert('identities', { realm: 'r', provider: 'github', subject: '7', userId, createdAt: 1 }),
        insert('sessions', live),
        insert('rotatedRefreshTokens', { tokenHash: 'rotated', sessionId: live.id, rotatedAt: 4 }),
        insert('oneTimeTokens', {
          tokenHash: 'once',
          purpose: 'resetPassword',
          realm: 'r',
          userId,
          email: 'a@example.test',
          data: { redirectTo: '/' },
          createdAt: 1,
          expiresAt: 2,
        }),
        insert('passkeys', {
          credentialId: 'credential',
          userId,
          publicKey: 'cose',
          counter: 4_294_967_295,
          name: 'Laptop',
          createdAt: 1,
        }),
        insert('organizations', home),
        insert('memberships', membership({ organizationId, userId })),
        insert('projects', project),
        insert('apiKeys', {
          id: 'k',
          keyHash: 'key',
          preview: 'of-key-1234',
          name: 'CI',
          description: 'builds',
          kind: 'secret',
          realm: 'r',
          userId,
          organizationId,
          projectId: 'p',
          scopes: ['mcp:read', 'mcp:write'],
          createdAt: 1,
          lastUsedAt: 2,
          expiresAt: 3,
          revokedAt: 4,
        }),
        insert('workOrders', {
          id: 'w',
          projectId: 'p',
          title: 'Signup flow',
          status: 'ready',
          deliverableType: 'feature',
          phase,
          feature: { id: 'f', name: 'Accounts' },
          assignees: [{ id: 'a', name: 'Ada', avatarUrl: null }],
          sortOrder: -1,
          createdAt: 1,
          updatedAt: 2,
        }),
        insert('feedback', {
          id: 'fb',
          projectId: 'p',
          apiKeyId: 'k',
          status: 'new',
          data: { tags: ['slow'] },
          createdAt: 1,
        }),
        insert('outbox', mail({ sentAt: 5 })),
      ] satisfies Change[]
      await write(...rows)
      for (const change of rows)
        if (change.kind === 'insert') {
          const [row] = await store.list(
            change.table,
            {},
            unsafe({ orderBy: 'createdAt' in change.row ? 'createdAt' : [] }),
          )
          expect(row, change.table).toEqual(change.row)
        }
    })

    it.each([
      ['the empty string', ''],
      ['umlauts and Hangul', 'Zoë 민아'],
      ['decomposed characters', 'Zoe\u0308'],
      ['emoji outside the basic plane', '👩‍🚀🇰🇷'],
      ['line breaks and tabs', 'a\r\nb\tc\u2028'],
      ['SQL quotes and comments', `'; DROP TABLE users; -- "x" \\' /* $1 ?1 :a @b %_ */`],
      ['text that looks like a number', '00123e4'],
      ['text that looks like JSON', '{"a":1}'],
      ['64 KiB of text', 'é'.repeat(32 * 1024)],
    ])('keeps and finds text: %s', async (_, text) => {
      const row = user({ name: text, profile: { text, [text]: text } })
      await write(insert('users', row))
      expect(await store.find('users', { name: text })).toEqual(row)
      expect(await store.find('users', { name: { in: ['another', text] } })).toEqual(row)
    })

    it('stores lone surrogates as U+FFFD, and finds the row by the original text', async () => {
      await write(insert('users', user({ name: 'a\ud800' })))
      expect((await store.find('users', { name: 'a\ud800' }))?.name).toBe('a\ufffd')
    })

    it.each([0, 1, -1, 4_294_967_296, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
      'keeps and finds the integer %d',
      async (number) => {
        const row = mail({ nextAttemptAt: number })
        await write(insert('outbox', row))
        expect(await store.find('outbox', { nextAttemptAt: number })).toEqual(row)
      },
    )

    it('keeps nested JSON, including numbers and the key __proto__', async () => {
      const profile = JSON.parse('{"a":[1.5,true,null,{"b":[[]]}],"__proto__":{"admin":true},"":"\\u0000"}')
      const row = user({ profile })
      await write(insert('users', row))
      expect(JSON.stringify((await store.find('users', { id: row.id }))?.profile)).toBe(
        JSON.stringify(profile),
      )
    })

    it('keeps stored rows independent of the objects passed in and returned', async () => {
      const row = user({ profile: { tags: ['kept'] } })
      await write(insert('users', row))
      unsafe<{ tags: string[] }>(row.profile).tags.push('passed in')
      row.name = 'passed in'
      const found = await store.find('users', { id: row.id })
      unsafe<{ tags: string[] }>(found?.profile).tags.push('returned')
      expect(await store.find('users', { id: row.id })).toMatchObject({
        name: 'Mina',
        profile: { tags: ['kept'] },
      })
    })

    it('changes only the columns that an update names', async () => {
      const [one, other] = [user({ plan: 'free', profile: { a: 1 } }), user()]
      await write(insert('users', one), insert('users', other))
      await write(update('users', { id: one.id }, { name: 'Ada', plan: null, profile: { b: 2 } }))
      expect(await store.find('users', { id: one.id })).toEqual({
        ...one,
        name: 'Ada',
        plan: null,
        profile: { b: 2 },
      })
      expect(await store.find('users', { id: other.id })).toEqual(other)
    })
  })
}
