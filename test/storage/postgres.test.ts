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

describe('the PostgreSQL schema', () => {
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

  it.each(tableNames)('has a table %s with the columns that schema.ts declares', (name) => {
    const kinds = columns
      .filter(({ table_name }) => table_name === snakeCase(name))
      .map(({ column_name, data_type, is_nullable }) => [
        camelCase(column_name),
        `${data_type === 'bigint' ? 'integer' : data_type}${is_nullable === 'YES' ? '?' : ''}`,
      ])
    expect(Object.fromEntries(kinds)).toEqual(
      // All engines store JSON as text, so that they return it unchanged.
      Object.fromEntries(
        Object.entries(columnsOf(name)).map(([column, kind]) => [column, kind.replace('json', 'text')]),
      ),
    )
  })
})

describe('D09 migrations on PostgreSQL', () => {
  it.each([1, 2, 3])('applies each migration once when sixteen servers start at once (run %i)', async () => {
    const { url, schema } = newSchema()
    await Promise.all(Array.from({ length: 16 }, () => migrate(url, schema)))
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    const { rows } = await client.query(`SELECT version::int FROM ${schema}.migrations`)
    expect(rows).toEqual([{ version: 1 }, { version: 2 }])
  })
})

it('opens at most the configured number of connections to PostgreSQL under concurrent queries', async () => {
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

describe('a start on an unavailable PostgreSQL', () => {
  it('fails with a readable message when the database stops responding during the migration', async () => {
    const { url, schema } = newSchema()
    const hanging = await proxyTo(url, (sent) => !sent.includes('CREATE TABLE'))
    const migrated = migrate(hanging, schema, { timeoutMs: 200 })
    await expect(migrated).rejects.toThrow(/^it does not respond\.$/)
  })

  it('fails with the connection error when no server listens', async () => {
    const { schema } = newSchema()
    const opened = openPostgresStore('postgres://user:secret@127.0.0.1:1/auth', schema)
    await expect(opened).rejects.toThrow(/^The database postgres:.+ cannot be used: .*ECONNREFUSED/)
  })
})

/**
 * Starts a proxy in front of a database that can stop responding.
 * @param forwards decides on each message of a client; after the first `false`, nothing is forwarded any more
 * @returns the URL of the database through the proxy
 */
async function proxyTo(url: string, forwards: (sent: string) => boolean): Promise<string> {
  const proxyUrl = new URL(url)
  const { hostname, port } = proxyUrl
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const database = connect(Number(port), hostname)
    for (const socket of [client, database]) sockets.add(socket.on('error', () => {}))
    let isHanging = false
    client.on('data', (sent) => {
      isHanging ||= !forwards(sent.toString('latin1'))
      if (!isHanging) database.write(sent)
    })
    database.pipe(client)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    proxy.close()
    for (const socket of sockets) socket.destroy()
  })
  await once(proxy, 'listening')
  proxyUrl.port = String((proxy.address() as AddressInfo).port)
  return proxyUrl.href
}
