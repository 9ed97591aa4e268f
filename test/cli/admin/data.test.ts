import { chmod, copyFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openPostgresStore } from '../../../src/storage/postgres/store.ts'
import { openSqliteStore } from '../../../src/storage/sqlite/store.ts'
import type { Dialect, Sent } from '../../security/dialect.ts'
import { bedrud } from '../../security/dialects/bedrud.ts'
import { openfactory } from '../../security/dialects/openfactory.ts'
import { everywhere, openSubject } from '../../security/subject.ts'
import { user } from '../../storage/rows.ts'
import { createAuthenticator } from '../../support/authenticator.ts'
import { createTestDatabase } from '../../support/postgres-schema.ts'
import { start, temporaryFolder } from '../child.ts'
import { production } from '../production.ts'
import { ada, openData, program, send, shareProcess } from './support.ts'

shareProcess()

const personOf = (index: number) => ({ ...ada, email: `person${index}@example.net`, name: `Person ${index}` })

it('an empty file is not taken for a database without anybody', async () => {
  const data = await openData('bedrud')
  await writeFile(data.file, '')
  expect(await data.admin('users')).toMatchObject({ code: 1, text: expect.stringContaining('is empty') })
  expect((await stat(data.file)).size).toBe(0)
})

it('a mistake with a file is one sentence, and what is there stays', async () => {
  const data = await openData('bedrud')
  await data.told('create-admin', ['--email', ada.email, '--name', ada.name])
  const text = join(data.folder, 'notes.txt')
  await writeFile(text, '# Notes')
  const missing = join(data.folder, 'absent')
  const mistakes: [string, string, string][] = [
    ['import', missing, `${missing}: no such file or folder. Check the path.`],
    ['import', data.folder, `${data.folder}: a folder exists where a file is needed. Choose another path.`],
    ['import', text, `${text} cannot be used: it is not an export file.`],
    ['restore', missing, `${missing}: no such file or folder. Check the path.`],
    ['restore', text, `${text} is not a database of auth-contracts.`],
  ]
  const fresh = await temporaryFolder()
  for (const [command, file, sentence] of mistakes)
    expect((await data.admin(command, [file, '--data', fresh])).text).toBe(`error: ${sentence}`)
  for (const command of ['backup', 'export']) {
    expect((await data.admin(command, [text])).text).toBe(
      `error: ${text} already exists. Choose another file name.`,
    )
    expect((await data.admin(command, [join(text, 'copy')])).text).toMatch(
      /^error: .+: a file exists where a folder is needed\. Choose another path\.$/,
    )
  }
  expect(await readFile(text, 'utf8')).toBe('# Notes')
  expect(await readdir(fresh)).toEqual([])
})

it('an operator waits for PostgreSQL longer than a request does, and is told in a sentence when it goes away', async () => {
  const url = await createTestDatabase()
  const data = await openData('bedrud', { DATABASE_URL: url }, { alone: true })
  await data.told('create-admin', ['--email', ada.email, '--name', ada.name])
  const holder = new Client({ connectionString: url })
  await holder.connect()
  onTestFinished(() => holder.end())
  const waiting = async () =>
    (await holder.query('SELECT pid FROM pg_locks WHERE NOT granted')).rows.map(({ pid }) => pid)
  const hold = () => holder.query('BEGIN; LOCK TABLE bedrud.users IN ACCESS EXCLUSIVE MODE')
  await hold()
  const patient = data.admin('users')
  await expect.poll(waiting, { timeout: 20_000 }).toHaveLength(1)
  await holder.query('SELECT pg_sleep(1.5)')
  await holder.query('COMMIT')
  expect(await patient).toMatchObject({ code: 0, text: expect.stringContaining(ada.email) })
  await hold()
  const cut = data.admin('users')
  await expect.poll(waiting, { timeout: 20_000 }).toHaveLength(1)
  await holder.query('SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted')
  await holder.query('COMMIT')
  expect(await cut).toMatchObject({
    code: 1,
    text: expect.stringMatching(/^error: The database is unavailable: [^\n]+$/),
  })
})

/** Every mode that a file is seen to have until a command has ended well. */
async function modesOf(file: string, command: Promise<{ code: number | null; text: string }>) {
  const modes = new Set<string>()
  let isOver = false
  const ended = command.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const seen = await stat(file).catch(() => undefined)
    if (seen) modes.add((seen.mode & 0o777).toString(8))
    await new Promise(setImmediate)
  }
  expect(await ended).toMatchObject({ code: 0 })
  return modes
}

describe('a backup', () => {
  it('D09 made in the midst of sign-ups is whole, and has everybody who was in before', async () => {
    const data = await openData('openfactory', { TRUSTED_PROXIES: '127.0.0.1' })
    const { at } = await data.serve()
    let count = 0
    const join1 = async () => {
      const index = ++count
      const headers = { 'x-forwarded-for': `10.0.${index >> 8}.${index & 255}` }
      const { status } = await send(at, { ...openfactory.signUp(personOf(index)), headers })
      if (status === 201) known.push(index)
    }
    const known: number[] = []
    await Promise.all(Array.from({ length: 8 }, join1))
    let isOver = false
    const busy = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!isOver) await join1()
      }),
    )
    const before = [...known]
    const copy = join(data.folder, 'copy.db')
    expect((await data.admin('backup', [copy])).text).toBe(`Copied to ${copy}, and found whole.`)
    isOver = true
    await busy
    expect(known.length).toBeGreaterThan(before.length)
    expect(((await stat(copy)).mode & 0o777).toString(8)).toBe('600')
    const database = new DatabaseSync(copy, { readOnly: true })
    onTestFinished(() => database.close())
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    const emails = database
      .prepare('SELECT email FROM users')
      .all()
      .map(({ email }) => email)
    expect(emails).toEqual(expect.arrayContaining(before.map((index) => personOf(index).email)))
    expect((await data.admin('backup', [copy])).text).toBe(
      `error: ${copy} already exists. Choose another file name.`,
    )
  })

  it('is readable by its owner alone at every moment, and so is what is restored from it', async () => {
    const data = await openData('bedrud')
    await data.told('create-admin', ['--email', ada.email, '--name', ada.name])
    const database = new DatabaseSync(data.file)
    // Enough to be caught in the act.
    database.exec('CREATE TABLE filling (content BLOB)')
    for (let count = 0; count < 64; count++) database.exec('INSERT INTO filling VALUES (randomblob(1048576))')
    database.close()
    const copy = join(data.folder, 'copy.db')
    expect(await modesOf(`${copy}.partial`, data.admin('backup', [copy]))).toEqual(new Set(['600']))
    await chmod(copy, 0o644)
    const restored = data.admin('restore', [copy, '--force'])
    expect(await modesOf(`${data.file}.partial`, restored)).toEqual(new Set(['600']))
    expect(((await stat(data.file)).mode & 0o777).toString(8)).toBe('600')
  })

  it('takes the place of a database that nobody uses, and only when told to', async () => {
    const data = await openData('bedrud', {}, { alone: true })
    const server = await data.serve()
    await send(server.at, bedrud.signUp(ada))
    const copy = join(data.folder, 'copy.db')
    await data.told('backup', [copy])
    await send(server.at, bedrud.signUp(personOf(1)))
    expect((await data.admin('restore', [copy])).text).toBe(
      `error: The database ${data.file} already exists. Pass --force to replace it.`,
    )
    expect((await data.admin('restore', [copy, '--force'])).text).toBe(
      `error: The database ${data.file} is in use. Stop the servers that use it first.`,
    )
    server.kill('SIGTERM')
    await server.ended
    expect((await data.admin('restore', [copy, '--force'])).code).toBe(0)
    const again = await data.serve()
    expect((await send(again.at, bedrud.signIn(ada))).status).toBe(200)
    expect((await send(again.at, bedrud.signIn(personOf(1)))).status).toBe(401)
  })

  it('that is none changes nothing', async () => {
    const data = await openData('bedrud')
    await data.told('create-admin', ['--email', ada.email, '--name', ada.name])
    const broken = join(data.folder, 'broken.db')
    await writeFile(broken, 'not a database at all, but long enough to be looked at'.repeat(20))
    for (const file of [broken, join(data.folder, 'absent.db')])
      expect((await data.admin('restore', [file, '--force'])).text).toMatch(/^error: .+\.$/)
    expect(await data.told('users')).toHaveLength(1)
  })

  it('of another API is refused, and so is a database of it', async () => {
    const data = await openData('bedrud')
    await data.told('create-admin', ['--email', ada.email, '--name', ada.name])
    const copy = join(data.folder, 'copy.db')
    await data.told('backup', [copy])
    const other = await openData('bkend')
    expect((await other.admin('restore', [copy])).text).toBe(
      `error: The database ${copy} belongs to bedrud, not to bkend.`,
    )
    await copyFile(copy, other.file)
    expect((await other.admin('users')).text).toBe(
      `error: The database ${other.file} cannot be used: it belongs to bedrud, not to bkend. Use another file.`,
    )
  })

  it('is for files: PostgreSQL has tools of its own', async () => {
    const data = await openData('bedrud', { DATABASE_URL: await createTestDatabase() })
    expect((await data.admin('backup', ['x.db'])).text).toBe(
      'error: This command only supports SQLite files. Use pg_dump for PostgreSQL.',
    )
  })
})

it('purge deletes what has ended, and only that', async () => {
  const data = await openData('bedrud', {}, { alone: true })
  const server = await data.serve()
  await send(server.at, bedrud.signUp(ada))
  const { status } = await send(server.at, {
    method: 'POST',
    path: '/api/auth/guest-login',
    body: { name: 'Guest' },
  })
  expect(status).toBe(200)
  const database = new DatabaseSync(data.file)
  database.exec("UPDATE users SET expires_at = 1 WHERE role = 'guest'")
  for (let index = 0; index < 1200; index++)
    database
      .prepare("INSERT INTO one_time_tokens VALUES (?, 'oauth', '', NULL, NULL, '{}', 1, 1)")
      .run(`hash${index}`)
  database.close()
  expect(await data.told('purge')).toEqual({
    sessions: 0,
    oneTimeTokens: 1200,
    users: 1,
    outbox: 0,
    uploads: 0,
  })
  expect((await send(server.at, bedrud.signIn(ada))).status).toBe(200)
})

it('purge deletes what was uploaded and never set', async () => {
  const data = await openData('bkend')
  await data.told('create-project', ['Shop'])
  const key = `avatars/somebody/${'a1'.repeat(16)}.png`
  const uploads = `${data.file}-uploads`
  await mkdir(join(uploads, 'avatars/somebody'), { recursive: true })
  await writeFile(join(uploads, key), 'junk')
  const database = new DatabaseSync(data.file)
  database
    .prepare("INSERT INTO one_time_tokens VALUES ('hash', 'upload', '', NULL, NULL, ?, 1, ?)")
    .run(JSON.stringify({ key }), Date.now() - 120_000)
  database.close()
  expect(await data.told('purge')).toMatchObject({ uploads: 1 })
  expect(await readdir(join(uploads, 'avatars/somebody'))).toEqual([])
})

describe('export and import', () => {
  const cases = everywhere().filter(({ name }) => name.endsWith('sqlite'))

  it.each(cases)('move $dialect.name to PostgreSQL with everybody still signed in', async ({ dialect }) => {
    const data = await openData(dialect.name, {}, { alone: dialect === bedrud })
    const secrets = [production.SECRETS]
    const before = await openSubject(
      { name: dialect.name, dialect, engine: async () => openSqliteStore(data.file) },
      { secrets },
    )
    const person = await before.join()
    const key = await keyOf(before, dialect, person.access)
    const passkey = dialect.name === 'bedrud' ? await newPasskey(before, person.access) : undefined
    await before.close()

    const file = join(data.folder, 'all.jsonl')
    const { rows } = await data.told('export', [file])
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600')
    const database = await createTestDatabase()
    expect(await data.told('import', [file, '--database', database])).toMatchObject({ rows })

    const after = await openSubject(
      { name: dialect.name, dialect, engine: () => openPostgresStore(database, dialect.name) },
      { secrets },
    )
    expect(await after.isIn(person.access)).toBe(true)
    if (person.refresh && dialect.refresh)
      expect((await after.send(dialect.refresh(person.refresh))).status).toBe(200)
    expect((await after.send(dialect.signIn(person))).status).toBe(dialect.statuses.signedIn)
    if (key) expect((await after.send(key)).status).toBe(200)
    if (passkey) expect(await passkey(after)).toBe(200)
    expect((await data.admin('import', [file, '--database', database])).text).toBe(
      'error: The database is not empty. Import into a new one.',
    )
  })

  it('refuse a file that is broken anywhere, and leave the database empty', async () => {
    const data = await openData('bedrud')
    await data.told('create-admin', ['--email', ada.email, '--name', ada.name])
    const file = join(data.folder, 'all.jsonl')
    await data.told('export', [file])
    const whole = await readFile(file, 'utf8')
    const lines = whole.trim().split('\n')
    const spoilt: Record<string, string> = {
      'it is incomplete': lines.slice(0, -1).join('\n'),
      'it is not an export file': lines.slice(1).join('\n'),
      'unknown table "people"': whole.replace('"table":"users"', '"table":"people"'),
      'a row of users lacks columns': whole.replace('"realm":"",', ''),
      JSON: whole.replace('"row":{', '"row":'),
      'it was exported from bkend, not from bedrud': whole.replace('"api":"bedrud"', '"api":"bkend"'),
      'it was exported by another release': whole.replace('"version":2', '"version":3'),
      'cannot be inserted: taken': [lines[0], lines[1], lines[1], '{"rows":2}'].join('\n'),
    }
    const fresh = await temporaryFolder()
    for (const [reason, text] of Object.entries(spoilt)) {
      await writeFile(file, text)
      const { code, text: said } = await data.admin('import', [file, '--data', fresh])
      expect([code, said]).toEqual([1, expect.stringContaining(reason)])
      expect(said).toMatch(/^error: [^\n]+\.$/)
    }
    await truncate(file, 0)
    await writeFile(file, whole)
    expect(await data.told('import', [file, '--data', fresh])).toMatchObject({ rows: 1 })
  })
})

describe('an import', () => {
  const headerOf = (api: string) =>
    JSON.stringify({ format: 'auth-contracts-export', version: 2, api, exportedAt: '' })
  /** So many people, and then whatever else. */
  async function write(path: string, count: number, ...more: object[]) {
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
    { engine: 'a file', count: 50_000 },
    { engine: 'PostgreSQL', count: 20_000 },
  ])('that is killed leaves nothing in $engine, and can be run again', async ({ engine, count }) => {
    const data = await openData('bedrud')
    const database = engine === 'a file' ? undefined : await createTestDatabase()
    const place = database === undefined ? [] : ['--database', database]
    const file = join(data.folder, 'all.jsonl')
    await write(file, count)
    const args = ['admin', 'import', 'bedrud', file, '--data', data.folder, ...place]
    const half = start(args, {}, program)
    await expect
      .poll(() => (database ? written(database) : logged(data.file)), {
        timeout: 20_000,
        interval: 5,
      })
      .toBeGreaterThan(1e6)
    half.kill('SIGKILL')
    expect(await half.ended).toBe(null)
    expect(await data.told('import', [file, ...place])).toEqual({ file, rows: count })
    expect(await data.told('users', ['--limit', '1', ...place])).toHaveLength(1)
  })

  it('that fails takes nobody along who has signed up meanwhile', async () => {
    const database = await createTestDatabase()
    const data = await openData('bedrud', { DATABASE_URL: database })
    const server = await data.serve()
    const file = join(data.folder, 'all.jsonl')
    const count = 20_000
    await write(file, count, { table: 'users', row: user({ email: 'person7@example.net' }) })
    const importing = data.admin('import', [file])
    await expect.poll(() => written(database), { timeout: 20_000 }).toBeGreaterThan(1e6)
    expect((await send(server.at, bedrud.signUp(ada))).status).toBe(bedrud.statuses.signedUp)
    expect(await importing).toMatchObject({
      code: 1,
      text: `error: Line ${count + 2} of ${file} cannot be inserted: taken.`,
    })
    expect(await data.told('users')).toEqual([expect.objectContaining({ email: ada.email })])
    expect((await send(server.at, bedrud.signIn(ada))).status).toBe(200)
  })

  /** Bytes of what a database file is to become. */
  const logged = (file: string) =>
    stat(`${file}-wal`).then(
      ({ size }) => size,
      () => 0,
    )
  /** Bytes of the people on PostgreSQL, seen or not. */
  async function written(url: string): Promise<number> {
    const client = new Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query("SELECT pg_relation_size(to_regclass('bedrud.users'))::int AS size")
    await client.end()
    return rows[0].size ?? 0
  }
})

type Subject = Awaited<ReturnType<typeof openSubject>>

/** A call with a new key of somebody, where people have keys. */
async function keyOf(subject: Subject, { name, whoAmI }: Dialect, access: string): Promise<Sent | undefined> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const make = async (path: string, body: object) =>
    (await subject.send({ method: 'POST', path, body, headers: bearer(access) })).body
  if (name === 'bondmcp') {
    const { api_key } = await make('/mcp/auth/api-keys', { name: 'Server' })
    return { method: 'GET', path: '/mcp/health-ai/models', headers: bearer(api_key) }
  }
  if (name !== 'openfactory') return undefined
  const { organizationId } = (await subject.send(whoAmI(access))).body
  const base = `/api/organizations/${organizationId}`
  const { id } = await make(`${base}/projects`, { name: 'COBOL' })
  const { key } = await make(`${base}/api-keys`, { name: 'Reader', scopes: ['mcp:read'], projectId: id })
  return { method: 'GET', path: `/api/projects/${id}/planner/work-orders`, headers: bearer(key) }
}

/** @returns what signs in with it */
async function newPasskey(subject: Subject, access: string) {
  const authenticator = createAuthenticator()
  const headers = { authorization: `Bearer ${access}` }
  const post = (server: Subject, path: string, body: unknown = {}, more = {}) =>
    server.send({ method: 'POST', path: `/api/auth/passkey/${path}`, body, headers: more })
  const begun = await post(subject, 'register/begin', {}, headers)
  const created = await authenticator.create(begun.body)
  expect((await post(subject, 'register/finish', created, headers)).status).toBe(200)
  return async (server: Subject) => {
    const challenge = await post(server, 'login/begin')
    return (await post(server, 'login/finish', await authenticator.get(challenge.body))).status
  }
}
