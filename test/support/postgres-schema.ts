import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject, onTestFinished } from 'vitest'
import { StoreUnavailableError } from '../../src/core/store.ts'
import { openPostgresStore } from '../../src/storage/postgres/store.ts'

type PostgresStore = Awaited<ReturnType<typeof openPostgresStore>>

/** Returns the URL of the server of this run, and an unused schema name. */
export const newSchema = () => ({
  url: inject('postgresUrl'),
  schema: `test_${randomBytes(6).toString('hex')}`,
})

/** Opens an empty store on PostgreSQL that is closed after the test. */
export async function openTestStore(): Promise<PostgresStore> {
  const testSchema = await acquireSchema()
  const store = await openPostgresStore(testSchema.url, testSchema.schema)
  onTestFinished(async () => {
    await store.close()
    unusedSchemas.push(testSchema)
  })
  return store
}

/**
 * Like `openTestStore`, but keeps the connections open for the next test, which is much cheaper. For tests
 * that do not access the database itself.
 */
export async function borrowTestStore(): Promise<PostgresStore> {
  const testSchema = await acquireSchema()
  testSchema.store ??= await openPostgresStore(testSchema.url, testSchema.schema)
  onTestFinished(() => void unusedSchemas.push(testSchema))
  return closable(testSchema.store)
}

interface TestSchema {
  url: string
  schema: string
  /** A connection that empties the schema. */
  client: Client
  store?: PostgresStore
}

/** Unused schemas. Creating a schema costs about a hundred times as much as emptying one. */
const unusedSchemas: TestSchema[] = []

async function acquireSchema(): Promise<TestSchema> {
  const testSchema = unusedSchemas.pop() ?? (await createSchema())
  await testSchema.client.query(emptyEveryTable)
  return testSchema
}

async function createSchema(): Promise<TestSchema> {
  const { url, schema } = newSchema()
  const client = new Client({ connectionString: url, options: `-c search_path=${schema}` })
  // The server of the run may stop before this client.
  client.on('error', () => {})
  await client.connect()
  return { url, schema, client }
}

const emptyEveryTable = `DO $$
  DECLARE name regclass;
  BEGIN
    FOR name IN SELECT oid FROM pg_class
      WHERE relkind = 'r' AND relname <> 'migrations' AND relnamespace = to_regnamespace(current_schema())
    LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
  END $$`

/**
 * Wraps a store so that `close` only disables the wrapper. Late calls of a test then cannot affect the next
 * test.
 */
function closable(store: PostgresStore): PostgresStore {
  let isOpen = true
  const openStore = () => {
    if (!isOpen) throw new StoreUnavailableError('The store is closed.')
    return store
  }
  return {
    ...store,
    find: async (...args) => openStore().find(...args),
    list: async (...args) => openStore().list(...args),
    count: async (...args) => openStore().count(...args),
    write: async (...args) => openStore().write(...args),
    async close() {
      isOpen = false
    },
  }
}

/** Creates a database on the server of this run that is dropped after the test. */
export async function createTestDatabase(): Promise<string> {
  const url = new URL(inject('postgresUrl'))
  const name = `test_${randomBytes(6).toString('hex')}`
  const execute = async (text: string) => {
    const client = new Client({ connectionString: inject('postgresUrl') })
    await client.connect()
    await client.query(text)
    await client.end()
  }
  await execute(`CREATE DATABASE ${name}`)
  onTestFinished(() => execute(`DROP DATABASE ${name} WITH (FORCE)`))
  url.pathname = `/${name}`
  return url.href
}
