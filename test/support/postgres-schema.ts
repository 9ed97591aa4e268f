import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject, onTestFinished } from 'vitest'
import { StoreUnavailableError } from '../../src/core/store.ts'
import { openPostgresStore } from '../../src/storage/postgres/store.ts'

type PostgresStore = Awaited<ReturnType<typeof openPostgresStore>>

/** The server of this run, and a schema that nobody else uses. */
export const newSchema = () => ({
  url: inject('postgresUrl'),
  schema: `test_${randomBytes(6).toString('hex')}`,
})

/** An empty store on PostgreSQL that is closed with the test. */
export async function openTestStore(): Promise<PostgresStore> {
  const place = await takePlace()
  const store = await openPostgresStore(place.url, place.schema)
  onTestFinished(async () => {
    await store.close()
    places.push(place)
  })
  return store
}

/**
 * The same for tests that do not look at the database itself. Its connections stay open for the next test:
 * that is far cheaper.
 */
export async function borrowTestStore(): Promise<PostgresStore> {
  const place = await takePlace()
  place.store ??= await openPostgresStore(place.url, place.schema)
  onTestFinished(() => void places.push(place))
  return closable(place.store)
}

interface Place {
  url: string
  schema: string
  /** Empties the schema. */
  client: Client
  store?: PostgresStore
}

/** Schemas that no test uses now. To make one costs a hundred times as much as to empty one. */
const places: Place[] = []

async function takePlace(): Promise<Place> {
  const place = places.pop() ?? (await newPlace())
  await place.client.query(emptyEveryTable)
  return place
}

async function newPlace(): Promise<Place> {
  const { url, schema } = newSchema()
  const client = new Client({ connectionString: url, options: `-c search_path=${schema}` })
  // The server of the run may stop first.
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

/** Closes for its user alone, so that what is still under way after a test does not reach the next one. */
function closable(store: PostgresStore): PostgresStore {
  let isOpen = true
  const own = () => {
    if (!isOpen) throw new StoreUnavailableError('The store is closed.')
    return store
  }
  return {
    ...store,
    find: async (...args) => own().find(...args),
    list: async (...args) => own().list(...args),
    count: async (...args) => own().count(...args),
    write: async (...args) => own().write(...args),
    async close() {
      isOpen = false
    },
  }
}

/** A database of its own on the server of this run, gone with the test. */
export async function createTestDatabase(): Promise<string> {
  const url = new URL(inject('postgresUrl'))
  const name = `test_${randomBytes(6).toString('hex')}`
  const command = async (text: string) => {
    const client = new Client({ connectionString: inject('postgresUrl') })
    await client.connect()
    await client.query(text)
    await client.end()
  }
  await command(`CREATE DATABASE ${name}`)
  onTestFinished(() => command(`DROP DATABASE ${name} WITH (FORCE)`))
  url.pathname = `/${name}`
  return url.href
}
