import { randomBytes } from 'node:crypto'
import { inject, onTestFinished } from 'vitest'
import { openPostgresStore } from '../../src/storage/postgres/store.ts'

/** The server of this run, and a schema that nobody else uses. */
export const freshSchema = () => ({
  url: inject('postgresUrl'),
  schema: `test_${randomBytes(6).toString('hex')}`,
})

/** An empty store on PostgreSQL that is closed with the test. */
export async function openTestStore() {
  const { url, schema } = freshSchema()
  const store = await openPostgresStore(url, schema)
  onTestFinished(() => store.close())
  return store
}
