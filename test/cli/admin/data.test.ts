import { chmod, copyFile, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bedrud } from '../../../src/conformance/variants/bedrud.ts'
import { openfactory } from '../../../src/conformance/variants/openfactory.ts'
import { createTestDatabase } from '../../support/postgres-schema.ts'
import { temporaryFolder } from '../child.ts'
import { ada, openData, send, shareProcess } from './support.ts'

shareProcess()

const personOf = (index: number) => ({ ...ada, email: `person${index}@example.net`, name: `Person ${index}` })

it('rejects an empty file as a database', async () => {
  const data = await openData('bedrud')
  await writeFile(data.file, '')
  expect(await data.admin('users')).toMatchObject({ code: 1, text: expect.stringContaining('is empty') })
  expect((await stat(data.file)).size).toBe(0)
})

it('explains a wrong file argument in one sentence, and leaves existing files unchanged', async () => {
  const data = await openData('bedrud')
  await data.adminJson('create-admin', ['--email', ada.email, '--name', ada.name])
  const text = join(data.folder, 'notes.txt')
  await writeFile(text, '# Notes')
  const missing = join(data.folder, 'absent')
  const cases: [string, string, string][] = [
    ['import', missing, `${missing}: no such file or folder. Check the path.`],
    ['import', data.folder, `${data.folder}: a folder exists where a file is needed. Choose another path.`],
    ['import', text, `${text} cannot be used: it is not an export file.`],
    ['restore', missing, `${missing}: no such file or folder. Check the path.`],
    ['restore', text, `${text} is not a database of auth-contracts.`],
  ]
  const fresh = await temporaryFolder()
  for (const [command, file, message] of cases)
    expect((await data.admin(command, [file, '--data', fresh])).text).toBe(`error: ${message}`)
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

it.each(['backup', 'export'])('refuses to write a %s through a symbolic link', async (command) => {
  const data = await openData('bedrud')
  await data.adminJson('create-admin', ['--email', ada.email, '--name', ada.name])
  const [link, target] = [join(data.folder, 'link'), join(data.folder, 'target')]
  await symlink(target, link)
  const message = `error: ${link} already exists. Choose another file name.`
  expect((await data.admin(command, [link])).text).toBe(message)
  await writeFile(target, 'untouched')
  expect((await data.admin(command, [link])).text).toBe(message)
  expect(await readFile(target, 'utf8')).toBe('untouched')
  expect((await lstat(link)).isSymbolicLink()).toBe(true)
})

it('waits longer for PostgreSQL than a request does, and explains a lost connection in one sentence', async () => {
  const url = await createTestDatabase()
  const data = await openData('bedrud', { DATABASE_URL: url }, { alone: true })
  await data.adminJson('create-admin', ['--email', ada.email, '--name', ada.name])
  const holder = new Client({ connectionString: url })
  await holder.connect()
  onTestFinished(() => holder.end())
  const waitingPids = async () =>
    (await holder.query('SELECT pid FROM pg_locks WHERE NOT granted')).rows.map(({ pid }) => pid)
  const lockUsers = () => holder.query('BEGIN; LOCK TABLE bedrud.users IN ACCESS EXCLUSIVE MODE')
  await lockUsers()
  const blocked = data.admin('users')
  await expect.poll(waitingPids).toHaveLength(1)
  await holder.query('SELECT pg_sleep(1.5)')
  await holder.query('COMMIT')
  expect(await blocked).toMatchObject({ code: 0, text: expect.stringContaining(ada.email) })
  await lockUsers()
  const interrupted = data.admin('users')
  await expect.poll(waitingPids).toHaveLength(1)
  await holder.query('SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted')
  await holder.query('COMMIT')
  expect(await interrupted).toMatchObject({
    code: 1,
    text: expect.stringMatching(/^error: The database is unavailable: [^\n]+$/),
  })
})

/** Polls the mode of a file until a command has succeeded, and returns every mode seen. */
async function modesOf(file: string, command: Promise<{ code: number | null; text: string }>) {
  const modes = new Set<string>()
  let isDone = false
  const ended = command.finally(() => {
    isDone = true
  })
  while (!isDone) {
    const seen = await stat(file).catch(() => undefined)
    if (seen) modes.add((seen.mode & 0o777).toString(8))
    await new Promise(setImmediate)
  }
  expect(await ended).toMatchObject({ code: 0 })
  return modes
}

describe('backup and restore', () => {
  it('D09 copies a consistent database during sign-ups, with all users who signed up before', async () => {
    const data = await openData('openfactory', { TRUSTED_PROXIES: '127.0.0.1' })
    const { at } = await data.serve()
    let count = 0
    const signUpNext = async () => {
      const index = ++count
      const headers = { 'x-forwarded-for': `10.0.${index >> 8}.${index & 255}` }
      const { status } = await send(at, { ...openfactory.signUp(personOf(index)), headers })
      if (status === 201) signedUp.push(index)
    }
    const signedUp: number[] = []
    await Promise.all(Array.from({ length: 8 }, signUpNext))
    let isDone = false
    const signUps = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!isDone) await signUpNext()
      }),
    )
    const before = [...signedUp]
    const copy = join(data.folder, 'copy.db')
    expect((await data.admin('backup', [copy])).text).toBe(`Backed up to ${copy} and checked its integrity.`)
    isDone = true
    await signUps
    expect(signedUp.length).toBeGreaterThan(before.length)
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

  it('keeps every file readable only by its owner at all times', async () => {
    const data = await openData('bedrud')
    await data.adminJson('create-admin', ['--email', ada.email, '--name', ada.name])
    const database = new DatabaseSync(data.file)
    // Large enough for the polling to see the partial file.
    database.exec('CREATE TABLE filling (content BLOB)')
    for (let count = 0; count < 64; count++) database.exec('INSERT INTO filling VALUES (randomblob(1048576))')
    database.close()
    const copy = join(data.folder, 'copy.db')
    expect(await modesOf(`${copy}.partial/copy.db`, data.admin('backup', [copy]))).toEqual(new Set(['600']))
    await chmod(copy, 0o644)
    const restored = data.admin('restore', [copy, '--force'])
    expect(await modesOf(`${data.file}.partial/bedrud.db`, restored)).toEqual(new Set(['600']))
    expect(((await stat(data.file)).mode & 0o777).toString(8)).toBe('600')
  })

  it('replaces an unused database, and only with --force', async () => {
    const data = await openData('bedrud', {}, { alone: true })
    const server = await data.serve()
    await send(server.at, bedrud.signUp(ada))
    const copy = join(data.folder, 'copy.db')
    await data.adminJson('backup', [copy])
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

  it('keeps the database if the backup is invalid or missing', async () => {
    const data = await openData('bedrud')
    await data.adminJson('create-admin', ['--email', ada.email, '--name', ada.name])
    const broken = join(data.folder, 'broken.db')
    await writeFile(broken, 'not a database at all, but long enough to be looked at'.repeat(20))
    for (const file of [broken, join(data.folder, 'absent.db')])
      expect((await data.admin('restore', [file, '--force'])).text).toMatch(/^error: .+\.$/)
    expect(await data.adminJson('users')).toHaveLength(1)
  })

  it('rejects a backup or database of another API', async () => {
    const data = await openData('bedrud')
    await data.adminJson('create-admin', ['--email', ada.email, '--name', ada.name])
    const copy = join(data.folder, 'copy.db')
    await data.adminJson('backup', [copy])
    const other = await openData('bkend')
    expect((await other.admin('restore', [copy])).text).toBe(
      `error: The database ${copy} belongs to bedrud, not to bkend.`,
    )
    await copyFile(copy, other.file)
    expect((await other.admin('users')).text).toBe(
      `error: The database ${other.file} cannot be used: it belongs to bedrud, not to bkend. Use another file.`,
    )
  })

  it('refers to pg_dump for PostgreSQL', async () => {
    const data = await openData('bedrud', { DATABASE_URL: await createTestDatabase() })
    expect((await data.admin('backup', ['x.db'])).text).toBe(
      'error: This command only supports SQLite files. Use pg_dump for PostgreSQL.',
    )
  })
})

it('purges expired rows, and keeps all others', async () => {
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
  expect(await data.adminJson('purge')).toEqual({
    sessions: 0,
    oneTimeTokens: 1200,
    users: 1,
    outbox: 0,
    uploads: 0,
  })
  expect((await send(server.at, bedrud.signIn(ada))).status).toBe(200)
})

it('purges uploads that were never set as a picture', async () => {
  const data = await openData('bkend')
  await data.adminJson('create-project', ['Shop'])
  const key = `avatars/user/${'a1'.repeat(16)}.png`
  const uploads = `${data.file}-uploads`
  await mkdir(join(uploads, 'avatars/user'), { recursive: true })
  await writeFile(join(uploads, key), 'junk')
  const database = new DatabaseSync(data.file)
  database
    .prepare("INSERT INTO one_time_tokens VALUES ('hash', 'upload', '', NULL, NULL, ?, 1, ?)")
    .run(JSON.stringify({ key }), Date.now() - 120_000)
  database.close()
  expect(await data.adminJson('purge')).toMatchObject({ uploads: 1 })
  expect(await readdir(join(uploads, 'avatars/user'))).toEqual([])
})
