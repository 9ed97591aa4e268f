import { readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Adapter, PlainRequest } from '../../../src/conformance/variants/adapter.ts'
import { bedrud } from '../../../src/conformance/variants/bedrud.ts'
import { createAuthenticator } from '../../../src/conformance/world/authenticator.ts'
import { openPostgresStore } from '../../../src/storage/postgres/store.ts'
import { openSqliteStore } from '../../../src/storage/sqlite/store.ts'
import { casesWith, openTestServer } from '../../security/test-server.ts'
import { user } from '../../storage/rows.ts'
import { createTestDatabase } from '../../support/postgres-schema.ts'
import { start, temporaryFolder } from '../child.ts'
import { production } from '../production.ts'
import { ada, openData, program, send, shareProcess } from './support.ts'

shareProcess()

describe('export and import', () => {
  const cases = casesWith().filter(({ name }) => name.endsWith('sqlite'))

  it.each(cases)(
    'moves $adapter.name to PostgreSQL and keeps sessions, keys and passkeys valid',
    async ({ adapter }) => {
      const data = await openData(adapter.name, {}, { alone: adapter === bedrud })
      const secrets = [production.SECRETS]
      const before = await openTestServer(
        { name: adapter.name, adapter, engine: async () => openSqliteStore(data.file) },
        { secrets },
      )
      const person = await before.createAccount()
      const key = await requestWithNewKey(before, adapter, person.access)
      const passkey = adapter.name === 'bedrud' ? await newPasskey(before, person.access) : undefined
      await before.close()

      const file = join(data.folder, 'all.jsonl')
      const { rows } = await data.adminJson('export', [file])
      expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600')
      const database = await createTestDatabase()
      expect(await data.adminJson('import', [file, '--database', database])).toMatchObject({ rows })

      const after = await openTestServer(
        { name: adapter.name, adapter, engine: () => openPostgresStore(database, adapter.name) },
        { secrets },
      )
      expect(await after.isAuthenticated(person.access)).toBe(true)
      if (person.refresh && adapter.refresh)
        expect((await after.send(adapter.refresh(person.refresh))).status).toBe(200)
      expect((await after.send(adapter.signIn(person))).status).toBe(adapter.statuses.signedIn)
      if (key) expect((await after.send(key)).status).toBe(200)
      if (passkey) expect(await passkey(after)).toBe(200)
      expect((await data.admin('import', [file, '--database', database])).text).toBe(
        'error: The database is not empty. Import into a new one.',
      )
    },
  )

  it('rejects a damaged file, and leaves the database empty', async () => {
    const data = await openData('bedrud')
    await data.adminJson('create-admin', ['--email', ada.email, '--name', ada.name])
    const file = join(data.folder, 'all.jsonl')
    await data.adminJson('export', [file])
    const intact = await readFile(file, 'utf8')
    const lines = intact.trim().split('\n')
    const damaged: Record<string, string> = {
      'it is incomplete': lines.slice(0, -1).join('\n'),
      'it is not an export file': lines.slice(1).join('\n'),
      'unknown table "people"': intact.replace('"table":"users"', '"table":"people"'),
      'a row of users lacks columns': intact.replace('"realm":"",', ''),
      JSON: intact.replace('"row":{', '"row":'),
      'it was exported from bkend, not from bedrud': intact.replace('"api":"bedrud"', '"api":"bkend"'),
      'it was exported by another release': intact.replace('"version":2', '"version":3'),
      'cannot be inserted: taken': [lines[0], lines[1], lines[1], '{"rows":2}'].join('\n'),
    }
    const fresh = await temporaryFolder()
    for (const [reason, content] of Object.entries(damaged)) {
      await writeFile(file, content)
      const { code, text } = await data.admin('import', [file, '--data', fresh])
      expect([code, text]).toEqual([1, expect.stringContaining(reason)])
      expect(text).toMatch(/^error: [^\n]+\.$/)
    }
    await truncate(file, 0)
    await writeFile(file, intact)
    expect(await data.adminJson('import', [file, '--data', fresh])).toMatchObject({ rows: 1 })
  })
})

describe('an import', () => {
  const headerOf = (api: string) =>
    JSON.stringify({ format: 'auth-contracts-export', version: 2, api, exportedAt: '' })
  /** Writes an export with `count` users, followed by more rows. */
  async function writeExport(path: string, count: number, ...more: object[]) {
    const rows = [
      ...Array.from({ length: count }, (_, index) => ({
        table: 'users',
        row: user({ email: `person${index}@example.net` }),
      })),
      ...more,
    ]
    const lines = rows.map((row) => JSON.stringify(row))
    await writeFile(path, [headerOf('bedrud'), ...lines, JSON.stringify({ rows: rows.length })].join('\n'))
  }

  it.each([
    // SQLite writes a transaction to the file only once it exceeds the cache of 8 MB.
    { engine: 'a file', count: 40_000 },
    { engine: 'PostgreSQL', count: 8_000 },
  ])('repeats an import into $engine after the process was killed', async ({ engine, count }) => {
    const data = await openData('bedrud')
    const database = engine === 'a file' ? undefined : await createTestDatabase()
    const place = database === undefined ? [] : ['--database', database]
    const file = join(data.folder, 'all.jsonl')
    await writeExport(file, count)
    const args = ['admin', 'import', 'bedrud', file, '--data', data.folder, ...place]
    const killed = start(args, {}, program)
    const size = database ? await usersTableSize(database) : () => walSize(data.file)
    await expect.poll(size, { interval: 5 }).toBeGreaterThan(3e5)
    killed.kill('SIGKILL')
    expect(await killed.ended).toBe(null)
    expect(await data.adminJson('import', [file, ...place])).toEqual({ file, rows: count })
    expect(await data.adminJson('users', ['--limit', '1', ...place])).toHaveLength(1)
  })

  it('keeps users who sign up during an import that fails', async () => {
    const database = await createTestDatabase()
    const data = await openData('bedrud', { DATABASE_URL: database })
    const server = await data.serve()
    const file = join(data.folder, 'all.jsonl')
    const count = 8_000
    await writeExport(file, count, { table: 'users', row: user({ email: 'person7@example.net' }) })
    const importing = data.admin('import', [file])
    const size = await usersTableSize(database)
    await expect.poll(size, { interval: 5 }).toBeGreaterThan(3e5)
    expect((await send(server.at, bedrud.signUp(ada))).status).toBe(bedrud.statuses.signedUp)
    expect(await importing).toMatchObject({
      code: 1,
      text: `error: Line ${count + 2} of ${file} cannot be inserted: taken.`,
    })
    expect(await data.adminJson('users')).toEqual([expect.objectContaining({ email: ada.email })])
    expect((await send(server.at, bedrud.signIn(ada))).status).toBe(200)
  })

  /** Returns the size of the WAL in bytes. */
  const walSize = (file: string) =>
    stat(`${file}-wal`).then(
      ({ size }) => size,
      () => 0,
    )
  /** Returns a function that reads the size of the users table in bytes, including uncommitted rows. */
  async function usersTableSize(url: string): Promise<() => Promise<number>> {
    const client = new Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    const text = "SELECT pg_relation_size(to_regclass('bedrud.users'))::int AS size"
    return async () => (await client.query(text)).rows[0].size ?? 0
  }
})

type Subject = Awaited<ReturnType<typeof openTestServer>>

/** Creates an API key, and returns a request that uses it; undefined if users of the API have no keys. */
async function requestWithNewKey(
  subject: Subject,
  { name, getCurrentUser }: Adapter,
  access: string,
): Promise<PlainRequest | undefined> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const create = async (path: string, body: object) =>
    (await subject.send({ method: 'POST', path, body, headers: bearer(access) })).body
  if (name === 'bondmcp') {
    const { api_key } = await create('/mcp/auth/api-keys', { name: 'Server' })
    return { method: 'GET', path: '/mcp/health-ai/models', headers: bearer(api_key) }
  }
  if (name !== 'openfactory') return undefined
  const { organizationId } = (await subject.send(getCurrentUser(access))).body
  const base = `/api/organizations/${organizationId}`
  const { id } = await create(`${base}/projects`, { name: 'COBOL' })
  const { key } = await create(`${base}/api-keys`, { name: 'Reader', scopes: ['mcp:read'], projectId: id })
  return { method: 'GET', path: `/api/projects/${id}/planner/work-orders`, headers: bearer(key) }
}

/**
 * Registers a passkey.
 * @returns signs in with it, and resolves to the status
 */
async function newPasskey(subject: Subject, access: string) {
  const authenticator = createAuthenticator()
  const headers = { authorization: `Bearer ${access}` }
  const post = (server: Subject, path: string, body: unknown = {}, more = {}) =>
    server.send({ method: 'POST', path: `/api/auth/passkey/${path}`, body, headers: more })
  const options = await post(subject, 'register/begin', {}, headers)
  const created = await authenticator.create(options.body)
  expect((await post(subject, 'register/finish', created, headers)).status).toBe(200)
  return async (server: Subject) => {
    const challenge = await post(server, 'login/begin')
    return (await post(server, 'login/finish', await authenticator.get(challenge.body))).status
  }
}
