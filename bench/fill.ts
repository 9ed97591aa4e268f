import { randomBytes, randomUUID } from 'node:crypto'
import { hashOf } from '../src/core/secrets.ts'
import { type Change, insert } from '../src/core/store.ts'
import { createHasher } from '../src/platform/hasher.ts'
import { openDatabase } from '../src/storage/sqlite/database.ts'
import { sqliteStore } from '../src/storage/sqlite/store.ts'

const perWrite = 5_000
const day = 24 * 60 * 60_000

/**
 * People in a new database of openfactory, each with an organization and a session, like after that many sign-ups.
 * @returns the tokens of at most 10,000 of the sessions, evenly spread
 */
export async function fill(path: string, people: number): Promise<string[]> {
  const database = openDatabase(path)
  // Nothing is lost with a power cut that a new run would not make again. The server turns all of it on when it opens the file.
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -1000000`)
  const store = sqliteStore(database)
  const passwordHash = createHasher().decoy
  const every = Math.ceil(people / 10_000)
  const tokens: string[] = []
  let changes: Change[] = []
  for (let number = 0; number < people; number++) {
    const token = randomBytes(32).toString('hex')
    if (number % every === 0) tokens.push(token)
    changes.push(...person({ number, token, passwordHash }))
    if (changes.length >= perWrite || number === people - 1) {
      const outcome = await store.write(changes)
      if (!outcome.done) throw new Error(`Person ${number} cannot be stored: ${outcome.reason}`)
      changes = []
    }
  }
  await store.close()
  return tokens
}

function person({
  number,
  token,
  passwordHash,
}: {
  number: number
  token: string
  passwordHash: string
}): Change[] {
  const [userId, organizationId] = [randomUUID(), randomUUID()]
  const now = Date.now()
  return [
    insert('users', {
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
    }),
    insert('organizations', {
      id: organizationId,
      name: `Works ${number}`,
      slug: `works-${number}`,
      createdAt: now,
    }),
    insert('memberships', { organizationId, userId, role: 'admin', createdAt: now }),
    insert('sessions', {
      id: randomUUID(),
      userId,
      tokenHash: hashOf(token),
      accessId: null,
      previousTokenHash: null,
      rotatedAt: null,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      address: '192.0.2.1',
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now + 30 * day,
      endsAt: now + 30 * day,
    }),
  ]
}
