import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { insert, type Store } from '../../../src/core/store.ts'
import { openAdministration } from '../../../src/server/administration/open.ts'
import { changeUser, deleteUser } from '../../../src/server/administration/users.ts'
import { openPostgresStore } from '../../../src/storage/postgres/store.ts'
import { engines } from '../../security/test-server.ts'
import { membership, organization, user } from '../../storage/rows.ts'
import { createTestDatabase } from '../../support/postgres-schema.ts'

/** Inserts an owner, an organization with the owner as its only member, and a user who can join it. */
async function populate(store: Store) {
  const [owner, other, owned] = [user(), user(), organization()]
  const outcome = await store.write([
    insert('users', owner),
    insert('users', other),
    insert('organizations', owned),
    insert('memberships', membership({ organizationId: owned.id, userId: owner.id, role: 'admin' })),
  ])
  expect(outcome).toEqual({ done: true })
  return { owner, owned, joining: membership({ organizationId: owned.id, userId: other.id }) }
}

const administer = (store: Store) => openAdministration('openfactory', { store }, () => {})

it.each(Object.entries(engines))(
  'rejects a role for a user without an organization, on %s',
  async (_, open) => {
    const store = await open()
    const { owner, joining } = await populate(store)
    const context = await administer(store)
    expect(await changeUser(context, owner.id, { role: 'member' })).toMatchObject({ role: 'member' })
    await expect(changeUser(context, joining.userId, { role: 'admin' })).rejects.toThrow(
      /is not a member of an organization, so it cannot have a role\.$/,
    )
  },
)

describe('deleting the last member of an organization', () => {
  it.each(Object.entries(engines))('deletes an organization with its last member, on %s', async (_, open) => {
    const store = await open()
    const { owner, owned } = await populate(store)
    await deleteUser(await administer(store), owner.id)
    expect(await store.find('users', { id: owner.id })).toBeUndefined()
    expect(await store.find('organizations', { id: owned.id })).toBeUndefined()
  })

  it.each(Object.entries(engines))(
    'keeps the organization if another user joins just before the write, on %s',
    async (_, open) => {
      const store = await open()
      const { owner, owned, joining } = await populate(store)
      let hasJoined = false
      const context = await administer({
        ...store,
        async write(changes) {
          if (!hasJoined) await store.write([insert('memberships', joining)])
          hasJoined = true
          return store.write(changes)
        },
      })
      await deleteUser(context, owner.id)
      expect(await store.find('users', { id: owner.id })).toBeUndefined()
      expect(await store.find('organizations', { id: owned.id })).toEqual(owned)
      expect(await store.list('memberships', {}, { orderBy: 'userId' })).toEqual([joining])
    },
  )

  it('waits on PostgreSQL for a concurrent transaction that adds a member', async () => {
    const url = await createTestDatabase()
    const store = await openPostgresStore(url, 'openfactory')
    const other = new Client({ connectionString: url })
    await other.connect()
    onTestFinished(async () => {
      await other.end()
      await store.close()
    })
    const { owner, owned, joining } = await populate(store)
    await other.query('BEGIN')
    await other.query('INSERT INTO openfactory.memberships VALUES ($1, $2, $3, $4)', [
      ...[joining.organizationId, joining.userId, joining.role, joining.createdAt],
    ])
    const deletion = deleteUser(await administer(store), owner.id)
    await expect.poll(() => countWaiting(other)).toBe(1)
    await other.query('COMMIT')
    await deletion
    expect(await store.find('organizations', { id: owned.id })).toEqual(owned)
    expect(await store.list('memberships', {}, { orderBy: 'userId' })).toEqual([joining])
  })
})

/** Counts the transactions that wait for a lock. */
async function countWaiting(client: Client): Promise<number> {
  const { rows } = await client.query(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
  )
  return rows[0].count
}
