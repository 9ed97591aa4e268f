import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../src/storage/postgres/migrate.ts'
import { columnsOf, tableNames } from '../../src/storage/schema.ts'
import { camelCase, snakeCase } from '../../src/storage/sql.ts'
import { freshSchema, openTestStore } from '../support/postgres-schema.ts'
import { describeStore } from './store.contract.ts'

describeStore('PostgreSQL', openTestStore)

it.each(tableNames)('has the table %s on PostgreSQL as the schema describes it', async (name) => {
  const { url, schema } = freshSchema()
  await migrate(url, schema)
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  const { rows } = await client.query(
    'SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2',
    [schema, snakeCase(name)],
  )
  const kinds = rows.map(({ column_name, data_type, is_nullable }) => [
    camelCase(column_name),
    `${data_type === 'bigint' ? 'integer' : data_type}${is_nullable === 'YES' ? '?' : ''}`,
  ])
  expect(Object.fromEntries(kinds)).toEqual(
    // JSON is text here, too: the same one everywhere.
    Object.fromEntries(
      Object.entries(columnsOf(name)).map(([column, kind]) => [column, kind.replace('json', 'text')]),
    ),
  )
})

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
