import { randomBytes, randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { createHasher } from '../src/adapters/hasher.ts'
import { hashOf } from '../src/core/secrets.ts'
import type { Tables } from '../src/core/tables.ts'
import { tables } from '../src/storage/schema.ts'
import { snakeCase } from '../src/storage/sql.ts'
import { openDatabase } from '../src/storage/sqlite/database.ts'
import { toStoredRow } from '../src/storage/values.ts'

const day = 24 * 60 * 60_000
const filled = ['users', 'organizations', 'memberships', 'sessions'] as const

/**
 * Fills a new database of openfactory with users, each with an organization and a session.
 * @returns the tokens of at most 10,000 sessions, evenly distributed
 */
export function fill(path: string, userCount: number): string[] {
  const database = openDatabase(path)
  // Durability is off here, for speed. The server turns it on when it opens the file.
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -1000000; BEGIN`)
  const createIndexes = dropIndexes(database)
  const insertRows = createInserter(database)
  const passwordHash = createHasher().dummyHash
  const every = Math.ceil(userCount / 10_000)
  const tokens: string[] = []
  for (let number = 0; number < userCount; number++) {
    const token = randomBytes(32).toString('hex')
    if (number % every === 0) tokens.push(token)
    insertRows(createRows({ number, token, passwordHash }))
  }
  createIndexes()
  database.exec('COMMIT')
  database.close()
  return tokens
}

/**
 * Drops all indexes, because creating them after the rows is faster.
 * @returns creates them again
 */
function dropIndexes(database: DatabaseSync): () => void {
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    .all()
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`)
  return () => {
    for (const { sql } of indexes) database.exec(String(sql))
  }
}

type Rows = Pick<Tables, (typeof filled)[number]>

function createInserter(database: DatabaseSync): (rows: Rows) => void {
  const statements = filled.map((table) => {
    const columns = Object.keys(tables[table].columns).map(snakeCase)
    return {
      table,
      insert: database.prepare(
        `INSERT INTO ${snakeCase(table)} (${columns}) VALUES (${columns.map(() => '?')})`,
      ),
    }
  })
  return (rows) => {
    for (const { table, insert } of statements) insert.run(...Object.values(toStoredRow(table, rows[table])))
  }
}

function createRows({
  number,
  token,
  passwordHash,
}: {
  number: number
  token: string
  passwordHash: string
}): Rows {
  const [userId, organizationId] = [randomUUID(), randomUUID()]
  const now = Date.now()
  return {
    users: {
      id: userId,
      realm: '',
      email: `person${number}@example.org`,
      emailVerifiedAt: null,
      passwordHash,
      name: `Person ${number}`,
      role: 'user',
      status: 'active',
      plan: null,
      picture: null,
      profile: {},
      provider: 'email',
      totpSecret: null,
      expiresAt: null,
      createdAt: now,
      updatedAt: now,
    },
    organizations: {
      id: organizationId,
      name: `Works ${number}`,
      slug: `works-${number}`,
      createdAt: now,
    },
    memberships: { organizationId, userId, role: 'admin', createdAt: now },
    sessions: {
      id: randomUUID(),
      userId,
      tokenHash: hashOf(token),
      accessTokenJti: null,
      previousTokenHash: null,
      rotatedAt: null,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      ip: '192.0.2.1',
      createdAt: now,
      lastUsedAt: now,
      idleExpiresAt: now + 30 * day,
      absoluteExpiresAt: now + 30 * day,
    },
  }
}
