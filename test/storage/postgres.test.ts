import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../src/storage/postgres/migrate.ts'
import { freshSchema, openTestStore } from '../support/postgres-schema.ts'
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
