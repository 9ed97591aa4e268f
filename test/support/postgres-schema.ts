import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
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

/** A database of its own on the server of this run, gone with the test. */
export async function freshDatabase(): Promise<string> {
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
