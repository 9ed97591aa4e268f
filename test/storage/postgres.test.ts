import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Client } from 'pg'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../src/storage/postgres/migrate.ts'
import { openPostgresStore } from '../../src/storage/postgres/store.ts'

import { columnsOf, tableNames } from '../../src/storage/schema.ts'
import { camelCase, snakeCase } from '../../src/storage/sql.ts'
import { createTestDatabase, newSchema, openTestStore } from '../support/postgres-schema.ts'
import { describeStore } from './store.contract.ts'

describeStore('PostgreSQL', openTestStore)

describe('PostgreSQL', () => {
  let columns: Record<'table_name' | 'column_name' | 'data_type' | 'is_nullable', string>[]
  beforeAll(async () => {
    const { url, schema } = newSchema()
    await migrate(url, schema)
    const client = new Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query(
      'SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = $1',
      [schema],
    )
    columns = rows
    await client.end()
  })

  it.each(tableNames)('has the table %s as the schema describes it', (name) => {
    const kinds = columns
      .filter(({ table_name }) => table_name === snakeCase(name))
      .map(({ column_name, data_type, is_nullable }) => [
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
})

describe('D09 migrations on PostgreSQL', () => {
  it.each([1, 2, 3])('are applied once by sixteen servers that start together (%i)', async () => {
    const { url, schema } = newSchema()
    await Promise.all(Array.from({ length: 16 }, () => migrate(url, schema)))
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    const { rows } = await client.query(`SELECT version::int FROM ${schema}.migrations`)
    expect(rows).toEqual([{ version: 1 }, { version: 2 }])
  })
})

it('a store opens as many connections as it may, however much is asked at once', async () => {
  const url = await createTestDatabase()
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

describe('a start on PostgreSQL', () => {
  it('ends with a sentence when the database stops to answer in the midst of it', async () => {
    const { url, schema } = newSchema()
    const silent = await proxyTo(url, (sent) => !sent.includes('CREATE TABLE'))
    const migrated = migrate(silent, schema, { timeoutMs: 200 })
    await expect(migrated).rejects.toThrow(/^it does not answer\.$/)
  })

  it('ends with what is wrong when nobody listens', async () => {
    const { schema } = newSchema()
    const opened = openPostgresStore('postgres://somebody:secret@127.0.0.1:1/auth', schema)
    await expect(opened).rejects.toThrow(/^The database postgres:.+ cannot be used: .*ECONNREFUSED/)
  })
})

/**
 * A way to a database that falls silent.
 * @param passes whether it hands on what a client says
 * @returns the address of the database that way
 */
async function proxyTo(url: string, passes: (sent: string) => boolean): Promise<string> {
  const way = new URL(url)
  const { hostname, port } = way
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const database = connect(Number(port), hostname)
    for (const socket of [client, database]) sockets.add(socket.on('error', () => {}))
    let isSilent = false
    client.on('data', (sent) => {
      isSilent ||= !passes(sent.toString('latin1'))
      if (!isSilent) database.write(sent)
    })
    database.pipe(client)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    proxy.close()
    for (const socket of sockets) socket.destroy()
  })
  await once(proxy, 'listening')
  way.port = String((proxy.address() as AddressInfo).port)
  return way.href
}
