import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { insert, remove, StoreUnavailableError, update } from '../../src/core/store.ts'
import { createSqliteStore, openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { mail, session, user } from './rows.ts'
import { database, pragma, sqlite, temporaryFile } from './sqlite.fixture.ts'
import { describeStore } from './store.contract.ts'

describeStore('SQLite, in memory', async () => openSqliteStore(':memory:'))

describeStore('a SQLite file', async () => openSqliteStore(temporaryFile()))

/** Starts a process that inserts users, see `sqlite.child.ts`. */
function startWriter(path: string, count: number, startAt = 0) {
  const child = spawn(process.execPath, [
    join(import.meta.dirname, 'sqlite.child.ts'),
    path,
    String(count),
    String(startAt),
  ])
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close')
  return {
    child,
    firstWrite: once(child.stdout, 'data'),
    /** Waits for the end of the process, and returns the acknowledged user ids and its error output. */
    finished: async () => {
      const [stdout, stderr, [code, signal]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        ended,
      ])
      return { ids: stdout.split('\n').filter(Boolean), stderr, code, signal }
    },
  }
}

describe('the SQLite store', () => {
  it('rejects writes but serves reads while the disk is full, and recovers without a restart', async () => {
    const on = database(temporaryFile())
    const store = createSqliteStore(on)
    const row = user()
    await store.write([insert('users', row)])
    on.exec(`PRAGMA max_page_count = ${pragma(on, 'page_count')}`)

    const tooMuch = () => [
      update('users', { id: row.id }, { name: 'half done' }),
      ...[...Array(100)].map(() => insert('outbox', mail({ sealed: 'x'.repeat(8000) }))),
    ]
    for (let round = 0; round < 3; round++) {
      await expect(store.write(tooMuch())).rejects.toThrow(StoreUnavailableError)
      expect(await store.find('users', { id: row.id })).toEqual(row)
      expect(await store.count('outbox', {})).toBe(0)
    }

    on.exec('PRAGMA max_page_count = 1000000')
    expect(await store.write(tooMuch())).toEqual({ done: true })
    expect(await store.count('outbox', {})).toBe(100)
    expect(pragma(on, 'integrity_check')).toBe('ok')
  })

  it('rejects writes but serves reads while another connection holds the lock', async () => {
    const path = temporaryFile()
    const [on, other] = [database(path), database(path)]
    on.exec('PRAGMA busy_timeout = 20')
    const store = createSqliteStore(on)
    other.exec('BEGIN IMMEDIATE')
    await expect(store.write([insert('outbox', mail())])).rejects.toThrow(StoreUnavailableError)
    expect(await store.count('outbox', {})).toBe(0)
    other.exec('COMMIT')
    expect(await store.write([insert('outbox', mail())])).toEqual({ done: true })
  })

  it('rejects writes but serves reads while the database is read-only', async () => {
    const on = database()
    const store = createSqliteStore(on)
    on.exec('PRAGMA query_only = ON')
    await expect(store.write([insert('outbox', mail())])).rejects.toThrow(StoreUnavailableError)
    expect(await store.count('outbox', {})).toBe(0)
    on.exec('PRAGMA query_only = OFF')
    expect(await store.write([insert('outbox', mail())])).toEqual({ done: true })
  })

  it('lets two connections write, and shows each the writes of the other immediately', async () => {
    const path = temporaryFile()
    const stores = [sqlite(path), sqlite(path)] as const
    const row = user()
    await stores[0].write([
      insert('users', row),
      insert('sessions', session({ userId: row.id, tokenHash: 'first' })),
    ])
    const rotations = await Promise.all(
      [...Array(20).keys()].map((n) =>
        stores[n % 2 ? 1 : 0].write([
          update('sessions', { tokenHash: 'first' }, { tokenHash: `next ${n}` }, { expect: 1 }),
        ]),
      ),
    )
    expect(rotations.filter(({ done }) => done)).toHaveLength(1)
    await stores[0].write([remove('users', {})])
    expect(await stores[1].count('sessions', {})).toBe(0)
  })

  it('returns the latest version of a cached row, even if another connection wrote it', async () => {
    const path = temporaryFile()
    const [reader, other] = [sqlite(path), sqlite(path)]
    const row = user({ profile: { colour: 'red' } })
    await reader.write([
      insert('users', row),
      insert('sessions', session({ userId: row.id, tokenHash: 'token' })),
    ])
    const findUser = async () => (await reader.find('sessionWithUser', { tokenHash: 'token' }))?.user
    for (const store of [other, reader, other]) {
      const before = await findUser()
      expect(await findUser()).toEqual(before)
      const name = `${before?.name}, renamed`
      await store.write([update('users', { id: row.id }, { name })])
      expect((await findUser())?.name).toBe(name)
    }
    // A caller that modifies a returned row does not change the cached one.
    Object.assign((await findUser())?.profile ?? {}, { colour: 'blue' })
    expect((await findUser())?.profile).toEqual({ colour: 'red' })

    await other.write([remove('sessions', { tokenHash: 'token' })])
    expect(await findUser()).toBeUndefined()
    await other.write([insert('sessions', session({ userId: row.id, tokenHash: 'token' }))])
    expect((await findUser())?.id).toBe(row.id)
  })

  it('keeps every write of several processes that open a new file at once', async () => {
    const path = temporaryFile()
    const startAt = Date.now() + 500
    const writers = await Promise.all([1, 2, 3, 4, 5].map(() => startWriter(path, 40, startAt).finished()))
    expect(writers.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      Array(5).fill({ code: 0, stderr: '' }),
    )
    const ids = writers.flatMap((writer) => writer.ids)
    expect(new Set(ids).size).toBe(200)
    const store = sqlite(path)
    expect((await store.list('users', {}, { orderBy: 'id' })).map(({ id }) => id)).toEqual(ids.toSorted())
    expect(pragma(database(path), 'integrity_check')).toBe('ok')
  })

  it('keeps every acknowledged write, and no partial write, when the process is killed', async () => {
    const path = temporaryFile()
    const acknowledged: string[] = []
    for (const delayMs of [0, 40, 130]) {
      const writer = startWriter(path, 1_000_000)
      const finished = writer.finished()
      await writer.firstWrite
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      writer.child.kill('SIGKILL')
      const { ids, signal } = await finished
      expect(signal).toBe('SIGKILL')
      acknowledged.push(...ids)
    }
    expect(existsSync(`${path}-wal`)).toBe(true)
    const store = sqlite(path)
    const users = (await store.list('users', {}, { orderBy: 'id' })).map(({ id }) => id)
    const sessions = (await store.list('sessions', {}, { orderBy: 'userId' })).map(({ userId }) => userId)
    expect(acknowledged.length).toBeGreaterThanOrEqual(3)
    expect(new Set(users)).toEqual(new Set([...users, ...acknowledged]))
    // Each killed process may have committed one more write without acknowledging it.
    expect(users.length - acknowledged.length).toBeLessThanOrEqual(3)
    expect(sessions).toEqual(users)
    expect(pragma(database(path), 'integrity_check')).toBe('ok')
  })
})
