import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { insert, type Store } from '../../../src/core/store.ts'
import { openAdministration } from '../../../src/server/administration/open.ts'
import { changeUser, eraseUser } from '../../../src/server/administration/users.ts'
import { openPostgresStore } from '../../../src/storage/postgres/store.ts'
import { engines } from '../../security/subject.ts'
import { membership, organization, user } from '../../storage/rows.ts'
import { createTestDatabase } from '../../support/postgres-schema.ts'

/** The one who is to be erased, an organization with nobody else in it, and somebody who may join. */
async function populate(store: Store) {
  const [owner, newcomer, own] = [user(), user(), organization()]
  const outcome = await store.write([
    insert('users', owner),
    insert('users', newcomer),
    insert('organizations', own),
    insert('memberships', membership({ organizationId: own.id, userId: owner.id, role: 'admin' })),
  ])
  expect(outcome).toEqual({ done: true })
  return { owner, own, joining: membership({ organizationId: own.id, userId: newcomer.id }) }
}

const administer = (store: Store) => openAdministration('openfactory', { store }, () => {})

it.each(Object.entries(engines))('gives nobody a role who is in no organization, on %s', async (_, open) => {
  const store = await open()
  const { owner, joining } = await populate(store)
  const administered = await administer(store)
  expect(await changeUser(administered, owner.id, { role: 'member' })).toMatchObject({ role: 'member' })
  await expect(changeUser(administered, joining.userId, { role: 'admin' })).rejects.toThrow(
    /is in no organization, and roles belong to those\.$/,
  )
})

describe('erasing the last member of an organization', () => {
  it.each(Object.entries(engines))('takes it along, on %s', async (_, open) => {
    const store = await open()
    const { owner, own } = await populate(store)
    await eraseUser(await administer(store), owner.id)
    expect(await store.find('users', { id: owner.id })).toBeUndefined()
    expect(await store.find('organizations', { id: own.id })).toBeUndefined()
  })

  it.each(Object.entries(engines))(
    'leaves it as it was to one who joins just before the write, on %s',
    async (_, open) => {
      const store = await open()
      const { owner, own, joining } = await populate(store)
      let hasJoined = false
      const data = await administer({
        ...store,
        async write(changes) {
          if (!hasJoined) await store.write([insert('memberships', joining)])
          hasJoined = true
          return store.write(changes)
        },
      })
      await eraseUser(data, owner.id)
      expect(await store.find('users', { id: owner.id })).toBeUndefined()
      expect(await store.find('organizations', { id: own.id })).toEqual(own)
      expect(await store.list('memberships', {}, { orderBy: 'userId' })).toEqual([joining])
    },
  )

  it('waits on PostgreSQL for one who is joining in another transaction', async () => {
    const url = await createTestDatabase()
    const store = await openPostgresStore(url, 'openfactory')
    const other = new Client({ connectionString: url })
    await other.connect()
    onTestFinished(async () => {
      await other.end()
      await store.close()
    })
    const { owner, own, joining } = await populate(store)
    await other.query('BEGIN')
    await other.query('INSERT INTO openfactory.memberships VALUES ($1, $2, $3, $4)', [
      ...[joining.organizationId, joining.userId, joining.role, joining.createdAt],
    ])
    const erased = eraseUser(await administer(store), owner.id)
    await expect.poll(() => waiting(other)).toBe(1)
    await other.query('COMMIT')
    await erased
    expect(await store.find('organizations', { id: own.id })).toEqual(own)
    expect(await store.list('memberships', {}, { orderBy: 'userId' })).toEqual([joining])
  })
})

/** How many transactions wait for another one. */
async function waiting(client: Client): Promise<number> {
  const { rows } = await client.query(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
  )
  return rows[0].count
}
