import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../src/storage/postgres/migrate.ts'
import { openPostgresStore } from '../../src/storage/postgres/store.ts'
import { freshDatabase, freshSchema, openTestStore } from '../support/postgres-schema.ts'
import { describeStore } from './store.contract.ts'

describeStore('PostgreSQL', openTestStore)

describe('D09 migrations on PostgreSQL', () => {
  it.each([1, 2, 3])('are applied once by sixteen servers that start together (%i)', async () => {
    const { url, schema } = freshSchema()
    await Promise.all(Array.from({ length: 16 }, () => migrate(url, schema)))
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    const { rows } = await client.query(`SELECT version::int FROM ${schema}.migrations`)
    expect(rows).toEqual([{ version: 1 }])
  })
})

it('a store opens as many connections as it may, however much is asked at once', async () => {
  const url = await freshDatabase()
  const store = await openPostgresStore(url, 'own', { connections: 3 })
  onTestFinished(() => store.close())
  await Promise.all(Array.from({ length: 50 }, () => store.count('users', {})))
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  const { rows } = await client.query(
    "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'auth-contracts'",
  )
  expect(rows).toEqual([{ count: 3 }])
})
