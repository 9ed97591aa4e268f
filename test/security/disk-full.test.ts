import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/storage/sqlite/database.ts'
import { createSqliteStore } from '../../src/storage/sqlite/store.ts'
import { temporaryFolder } from '../cli/child.ts'
import { engines, everywhere, openSubject } from './subject.ts'

const onSqlite = everywhere().filter(({ engine }) => engine === engines.sqlite)

describe.each(onSqlite)('$name', (one) => {
  it('D05 refuses writes while the disk is full, goes on reading, and recovers by itself', async () => {
    const database = openDatabase(join(await temporaryFolder(), 'auth.db'))
    const pragma = (text: string) => Object.values(database.prepare(`PRAGMA ${text}`).get() ?? {})[0]
    const subject = await openSubject({ ...one, engine: async () => createSqliteStore(database) })
    const { access } = await subject.join()
    const people = await subject.store.count('users', {})
    const person = (index: number) => ({
      email: `full${index}@example.net`,
      password: 'a long enough phrase',
      name: 'x'.repeat(64),
    })

    pragma(`max_page_count = ${pragma('page_count')}`)
    // Pages that are there already have some room left.
    let made = 0
    let answer = await subject.send(subject.signUp(person(0)))
    for (; answer.status === subject.statuses.signedUp && made < 500; made++)
      answer = await subject.send(subject.signUp(person(made + 1)))
    for (const _ of [1, 2, 3]) {
      expect(answer.status).toBe(503)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
      expect(answer.body).toHaveProperty('error')
      expect(answer.text).not.toMatch(/sqlite|database|disk|full@|page/i)
      answer = await subject.send(subject.signUp(person(made)))
      expect(await subject.isIn(access)).toBe(true)
    }
    expect((await subject.call('GET', '/readyz')).status).toBe(200)
    expect(await subject.store.count('users', {})).toBe(people + made)

    pragma('max_page_count = 1000000')
    expect((await subject.send(subject.signUp(person(made)))).status).toBe(subject.statuses.signedUp)
    expect(await subject.isIn((await subject.join()).access)).toBe(true)
    expect(pragma('integrity_check')).toBe('ok')
    expect(
      subject.lines.filter(({ level, message }) => level === 'error' && message === 'unexpected error'),
    ).toEqual([])
  })
})
