import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/storage/sqlite/database.ts'
import { createSqliteStore } from '../../src/storage/sqlite/store.ts'
import { temporaryFolder } from '../cli/child.ts'
import { casesWith, engines, openTestServer } from './test-server.ts'

const onSqlite = casesWith().filter(({ engine }) => engine === engines.sqlite)

describe.each(onSqlite)('$name', (testCase) => {
  it('D05 rejects writes while the disk is full, serves reads, and recovers without a restart', async () => {
    const database = openDatabase(join(await temporaryFolder(), 'auth.db'))
    const pragma = (text: string) => Object.values(database.prepare(`PRAGMA ${text}`).get() ?? {})[0]
    const subject = await openTestServer({ ...testCase, engine: async () => createSqliteStore(database) })
    const { access } = await subject.createAccount()
    const userCount = await subject.store.count('users', {})
    const person = (index: number) => ({
      email: `full${index}@example.net`,
      password: 'a long enough phrase',
      name: 'x'.repeat(64),
    })

    pragma(`max_page_count = ${pragma('page_count')}`)
    // Existing pages still have free space, so a few sign-ups succeed.
    let created = 0
    let response = await subject.send(subject.signUp(person(0)))
    for (; response.status === subject.statuses.signedUp && created < 500; created++)
      response = await subject.send(subject.signUp(person(created + 1)))
    for (const _ of [1, 2, 3]) {
      expect(response.status).toBe(503)
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(response.headers.get('content-type')).toMatch(/^application\/json/)
      expect(response.body).toHaveProperty('error')
      expect(response.text).not.toMatch(/sqlite|database|disk|full@|page/i)
      response = await subject.send(subject.signUp(person(created)))
      expect(await subject.isAuthenticated(access)).toBe(true)
    }
    expect((await subject.call('GET', '/readyz')).status).toBe(200)
    expect(await subject.store.count('users', {})).toBe(userCount + created)

    pragma('max_page_count = 1000000')
    expect((await subject.send(subject.signUp(person(created)))).status).toBe(subject.statuses.signedUp)
    expect(await subject.isAuthenticated((await subject.createAccount()).access)).toBe(true)
    expect(pragma('integrity_check')).toBe('ok')
    expect(
      subject.lines.filter(({ level, message }) => level === 'error' && message === 'unexpected error'),
    ).toEqual([])
  })
})
