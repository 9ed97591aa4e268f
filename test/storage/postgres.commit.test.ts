import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { insert, StoreUnavailableError, update } from '../../src/core/store.ts'
import { openPostgresStore } from '../../src/storage/postgres/store.ts'
import { type CommitFault, startPostgresProxy } from '../support/postgres-proxy.ts'
import { newSchema } from '../support/postgres-schema.ts'
import { user } from './rows.ts'

async function setUp() {
  const proxy = await startPostgresProxy(inject('postgresUrl'))
  const { schema } = newSchema()
  const store = await openPostgresStore(proxy.url, schema, { timeoutMs: 2_000, verificationMs: 2_000 })
  onTestFinished(() => store.close())
  await store.write([insert('users', user({ id: 'before' }))])
  const row = user()
  const write = () =>
    store.write([insert('users', row)]).then(
      ({ done }) => (done ? 'written' : 'conflict'),
      (error) => (error instanceof StoreUnavailableError ? 'unavailable' : error),
    )
  const isWritten = async () => (await store.find('users', { id: row.id })) !== undefined
  return { proxy, store, write, isWritten }
}

describe('D06 the outcome of a write whose COMMIT is disturbed', () => {
  it.each<[CommitFault, string, boolean]>([
    ['cutResponse', 'written', true],
    ['holdResponse', 'written', true],
    ['cutRequest', 'unavailable', false],
    ['holdRequest', 'unavailable', false],
  ])('D06 reports the true outcome of a write after %s', async (fault, outcome, written) => {
    const { proxy, store, write, isWritten } = await setUp()
    proxy.disturbNextCommit(fault)
    expect(await write()).toBe(outcome)
    // A COMMIT that arrives late must not change what was reported.
    proxy.release()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await isWritten()).toBe(written)
    // No lock is left behind.
    const others = update('users', { id: 'before' }, { name: 'After' }, { expect: 1 })
    expect(await store.write([others])).toEqual({ done: true })
    expect(await write()).toBe(written ? 'conflict' : 'written')
  })

  it('D06 reports a committed write after an outage of a second', async () => {
    const { proxy, write, isWritten } = await setUp()
    proxy.disturbNextCommit('cutResponse', () => {
      proxy.setReachable(false)
      setTimeout(() => proxy.setReachable(true), 1_000)
    })
    const begin = performance.now()
    expect(await write()).toBe('written')
    expect(performance.now() - begin).toBeGreaterThan(990)
    expect(await isWritten()).toBe(true)
  })

  it('D06 reports an unavailable database if the outcome stays unknown for seconds', async () => {
    const { proxy, write } = await setUp()
    proxy.disturbNextCommit('cutResponse', () => proxy.setReachable(false))
    const begin = performance.now()
    expect(await write()).toBe('unavailable')
    expect(performance.now() - begin).toBeGreaterThan(1_000)
    // The bound is generous: it only excludes an endless wait.
    expect(performance.now() - begin).toBeLessThan(15_000)
  })

  it('D06 survives a connection that breaks during a write', async () => {
    // Without a listener, the error of a connection in use would end the process.
    const { proxy, store, write } = await setUp()
    function* changes() {
      yield insert('users', user())
      proxy.setReachable(false)
      yield insert('users', user())
    }
    await expect(store.write(changes())).rejects.toThrow(StoreUnavailableError)
    proxy.setReachable(true)
    expect(await write()).toBe('written')
    expect(await store.count('users', {})).toBe(2)
  })

  it('D06 loses no lock and no connection when many COMMITs are disturbed', async () => {
    const { proxy, store } = await setUp()
    for (let round = 0; round < 20; round++) {
      proxy.disturbNextCommit(round % 2 ? 'cutResponse' : 'cutRequest')
      const id = `round${round}`
      const outcome = await store.write([insert('users', user({ id }))]).then(
        () => true,
        () => false,
      )
      expect(outcome).toBe((await store.find('users', { id })) !== undefined)
      expect(outcome).toBe(round % 2 === 1)
    }
  })
})
