import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { purge } from '../../src/core/purge.ts'
import { defaultRules } from '../../src/core/rules.ts'
import { insert, type TableName } from '../../src/core/store.ts'
import { columnsOf, tableNames, tables } from '../../src/storage/schema.ts'
import { camelCase, selectList, selectOne, snakeCase } from '../../src/storage/sql.ts'
import { createSqliteStore, openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { mail, session, user } from './rows.ts'
import { database, pragma, sqlite, temporaryFile } from './sqlite.fixture.ts'

const placeholders = (text: string) => [...text.matchAll(/\?\d+/g)].map(() => 1)

describe('the SQLite database', () => {
  it('uses synchronous = FULL, a write-ahead log and foreign keys', () => {
    const on = database(temporaryFile())
    const full = 2
    expect(pragma(on, 'synchronous')).toBe(full)
    expect(pragma(on, 'journal_mode')).toBe('wal')
    expect(pragma(on, 'foreign_keys')).toBe(1)
    expect(pragma(on, 'busy_timeout')).toBeGreaterThan(0)
  })

  it('keeps temporary tables in memory, so that a killed process leaves no files outside its folder', () => {
    const memory = 2
    expect(pragma(database(temporaryFile()), 'temp_store')).toBe(memory)
  })

  it.each(tableNames)(
    'has a table %s with the columns, indexes and foreign keys that schema.ts declares',
    (name) => {
      const on = database()
      const table = snakeCase(name)
      const all = (sql: string) => on.prepare(sql).all() as Record<string, string | number | null>[]
      const camel = (value: unknown) => camelCase(String(value))

      const columns = all(`PRAGMA table_info(${table})`)
      const kinds = columns.map((column) => [
        camel(column.name),
        `${column.type === 'INTEGER' ? 'integer' : 'text'}${column.notnull ? '' : '?'}`,
      ])
      expect(Object.fromEntries(kinds)).toEqual(
        // SQLite stores JSON as text.
        Object.fromEntries(
          Object.entries(columnsOf(name)).map(([column, kind]) => [column, kind.replace('json', 'text')]),
        ),
      )
      expect(all(`PRAGMA table_list(${table})`)[0]?.strict).toBe(1)

      const indexes = all(`PRAGMA index_list(${table})`)
      const columnsOfIndexes = (origin: string) =>
        indexes
          .filter((index) => index.origin === origin)
          .map((index) => all(`PRAGMA index_info(${index.name})`).map((column) => camel(column.name)))
          .toSorted()
      expect(columnsOfIndexes('pk')).toEqual([tables[name].primaryKey])
      expect(columnsOfIndexes('u')).toEqual([...(tables[name].unique ?? [])].toSorted())

      const references = all(`PRAGMA foreign_key_list(${table})`)
      expect(Object.fromEntries(references.map((key) => [camel(key.from), camel(key.table)]))).toEqual(
        tables[name].belongsTo ?? {},
      )
      expect(references.every((key) => key.on_delete === 'CASCADE')).toBe(true)
    },
  )

  const oneRow = (source: string, where: object) => selectOne((position) => `?${position}`, source, where)
  const listing = (table: TableName, where: object, orderBy: string) =>
    selectList((position) => `?${position}`, table, where, { orderBy: orderBy as never, limit: 10 })
  it.each([
    ['the session of a token', oneRow('sessionWithUser', { tokenHash: 'x', idleExpiresAt: { after: 1 } })],
    ['the session of an access token', oneRow('sessionWithUser', { accessTokenJti: 'x' })],
    ['the session of the previous token', oneRow('sessions', { previousTokenHash: 'x' })],
    ['the session of a rotated token', oneRow('rotatedRefreshTokens', { tokenHash: 'x' })],
    ['the sessions of a user', listing('sessions', { userId: 'x' }, 'createdAt')],
    ['expired sessions', oneRow('sessions', { idleExpiresAt: { before: 1 } })],
    ['a user', oneRow('users', { id: 'x' })],
    ['the user of an email', oneRow('users', { realm: '', email: 'x' })],
    ['expired guests', oneRow('users', { expiresAt: { before: 1 } })],
    ['an account at a provider', oneRow('identities', { realm: '', provider: 'x', subject: 'x' })],
    ['the accounts of a user', oneRow('identities', { userId: 'x' })],
    ['a one-time token', oneRow('oneTimeTokens', { tokenHash: 'x', purpose: 'x' })],
    ['the one-time tokens of a user', oneRow('oneTimeTokens', { userId: 'x', purpose: 'x' })],
    ['the one-time tokens of an email', oneRow('oneTimeTokens', { email: 'x', purpose: 'x' })],
    ['expired one-time tokens', oneRow('oneTimeTokens', { expiresAt: { before: 1 } })],
    ['a passkey', oneRow('passkeys', { credentialId: 'x' })],
    ['the passkeys of a user', listing('passkeys', { userId: 'x' }, 'createdAt')],
    ['an API key', oneRow('apiKeys', { keyHash: 'x' })],
    ['the API keys of a user', listing('apiKeys', { userId: 'x', revokedAt: null }, 'createdAt')],
    [
      'the API keys of an organization',
      listing('apiKeys', { organizationId: 'x', revokedAt: null }, 'createdAt'),
    ],
    ['an organization by its slug', oneRow('organizations', { slug: 'x' })],
    ['a membership', oneRow('memberships', { organizationId: 'x', userId: 'x' })],
    ['the memberships of a user', listing('memberships', { userId: 'x' }, 'createdAt')],
    ['a project by its slug', oneRow('projects', { organizationId: 'x', slug: 'x' })],
    ['the work orders of a project', listing('workOrders', { projectId: 'x' }, 'sortOrder')],
    ['due mails', listing('outbox', { sentAt: null, nextAttemptAt: { before: 1 } }, 'nextAttemptAt')],
    ['sent mails', oneRow('outbox', { sentAt: { before: 1 } })],
    ['the mails to a recipient', listing('outbox', { recipient: 'x' }, 'createdAt')],
  ])('uses an index to find %s', (_, { text, parameters }) => {
    const plan = database()
      .prepare(`EXPLAIN QUERY PLAN ${text}`)
      .all(...parameters)
      .map(({ detail }) => String(detail))
    expect(plan.filter((step) => step.startsWith('SCAN'))).toEqual([])
    expect(plan.some((step) => step.startsWith('SEARCH'))).toBe(true)
  })

  it('purges expired rows by index, without a table scan', async () => {
    const on = database()
    const statements: string[] = []
    const prepare = on.prepare.bind(on)
    on.prepare = (text) => {
      statements.push(text)
      return prepare(text)
    }
    const store = createSqliteStore(on)
    const owner = user()
    await store.write([
      insert('users', owner),
      insert('sessions', session({ userId: owner.id, idleExpiresAt: 1 })),
    ])
    const removed = await purge({ store, now: () => 1e12, rules: defaultRules })
    expect(removed).toMatchObject({ sessions: 1 })
    const steps = statements
      .filter((text) => /^(SELECT|DELETE)/.test(text))
      .flatMap((text) => prepare(`EXPLAIN QUERY PLAN ${text}`).all(...placeholders(text)))
      .map(({ detail }) => String(detail))
    // A scan of this partial index is fine: it contains only mails not yet sent.
    const scans = steps.filter((step) => step.startsWith('SCAN') && !step.endsWith('outbox_due'))
    expect(scans).toEqual([])
    expect(steps.some((step) => step.includes('sessions_expiring'))).toBe(true)
  })

  it('creates its folder, file and journal files readable by their owner only', async () => {
    const path = temporaryFile()
    await sqlite(path).write([insert('outbox', mail())])
    const files = readdirSync(dirname(path))
    expect(files.toSorted()).toEqual(['auth.db', 'auth.db-shm', 'auth.db-wal'])
    const modes = files.map((file) => statSync(join(dirname(path), file)).mode & 0o777)
    expect(modes).toEqual([0o600, 0o600, 0o600])
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  })

  it('creates the target of a symbolic link readable by its owner only', async () => {
    const path = temporaryFile()
    const target = `${path}-target`
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(target, path)
    await sqlite(path).write([insert('outbox', mail())])
    expect((statSync(target).mode & 0o777).toString(8)).toBe('600')
  })

  it('leaves a single complete file after close, which can be opened again', async () => {
    const path = temporaryFile()
    const row = user()
    const store = sqlite(path)
    await store.write([insert('users', row)])
    await store.close()
    expect(readdirSync(dirname(path))).toEqual(['auth.db'])
    expect(await sqlite(path).find('users', { id: row.id })).toEqual(row)
  })

  it('moves the write-ahead log into the file on close even if another connection is open', async () => {
    const path = temporaryFile()
    database(path)
    const store = sqlite(path)
    await store.write([insert('outbox', mail())])
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
    await store.close()
    expect(statSync(`${path}-wal`).size).toBe(0)
  })

  it('applies each migration once', () => {
    const path = temporaryFile()
    const versions = () => {
      const on = database(path)
      const rows = on.prepare('SELECT version, name, applied_at FROM migrations').all()
      on.close()
      return rows
    }
    const first = versions()
    expect(first.length).toBeGreaterThan(0)
    expect(versions()).toEqual(first)
  })

  it('creates every further database of a process as the migrations created the first one', async () => {
    vi.resetModules()
    const { openDatabase: open } = await import('../../src/storage/sqlite/database.ts')
    const contents = () => {
      const on = open(':memory:')
      onTestFinished(() => on.close())
      const schema = on.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all()
      const tables = schema.filter(({ type, name }) => type === 'table' && name !== 'migrations')
      return { schema, rows: tables.flatMap(({ name }) => on.prepare(`SELECT * FROM ${name}`).all()) }
    }
    const first = contents()
    expect(first.schema.length).toBeGreaterThan(tableNames.length)
    expect(contents()).toEqual(first)
  })

  it('fails with a readable message and changes nothing when a newer release created the file', () => {
    const path = temporaryFile()
    const on = database(path)
    on.exec("INSERT INTO migrations VALUES (999, '999-future.sql', 0)")
    on.close()
    expect(() => openSqliteStore(path)).toThrow(
      /^The database .+ cannot be used: it was created by a newer release \(schema version 999; this release supports \d+\)\. Run that release, or use another file\.$/,
    )
    expect(readdirSync(dirname(path))).toEqual(['auth.db'])
  })

  it.each([
    [
      'a file that is not a database',
      (path: string) => writeFileSync(path, 'not a database, but text'.repeat(100)),
    ],
    ['a folder', (path: string) => rmSync(path)],
  ])('fails with a readable message when the path is %s', (kind, prepare) => {
    const path = temporaryFile()
    database(path).close()
    prepare(path)
    const target = kind === 'a folder' ? dirname(path) : path
    expect(() => openSqliteStore(target)).toThrow(/^The database .+ cannot be used: .+/)
  })
})
