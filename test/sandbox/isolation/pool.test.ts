import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPool, PoolExhaustedError } from '../../../src/sandbox/isolation/pool.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const minute = 60_000

/** Creates a pool of texts that logs what it does. */
function testPool({ max = 2, idleMs = 10 * minute, failures = 0 } = {}) {
  const events: string[] = []
  let remaining = failures
  const pool = createPool({
    max,
    idleMs,
    async open(name) {
      events.push(`open ${name}`)
      if (remaining-- > 0) throw new Error('out of memory')
      return {
        async close() {
          events.push(`close ${name}`)
          if (name === 'broken') throw new Error('already closed')
        },
      }
    },
    onEvict: (name, idleMs) => events.push(`evict ${name} after ${idleMs} ms`),
    onCloseError: (error) => events.push(`${error}`),
  })
  return { ...pool, events, names: () => pool.list().map(({ name }) => name) }
}

const done = () => 'done'
/** Starts a use that lasts until `end` is called. */
function longUse({ use }: Pick<ReturnType<typeof testPool>, 'use'>, name: string) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const used = use(name, () => promise)
  return {
    async end() {
      resolve()
      await used
    },
  }
}

it('opens each resource once, even for concurrent uses', async () => {
  const { use, names, events, close } = testPool()
  expect(await Promise.all([use('a', done), use('a', done), use('b', done)])).toEqual([
    'done',
    'done',
    'done',
  ])
  expect([names(), events]).toEqual([
    ['a', 'b'],
    ['open a', 'open b'],
  ])
  await close()
  expect([names(), events.slice(2)]).toEqual([[], ['close a', 'close b']])
})

it('closes resources that have been idle for the configured time', async () => {
  const { use, names } = testPool()
  await use('a', done)
  await vi.advanceTimersByTimeAsync(9 * minute)
  await use('b', done)
  await vi.advanceTimersByTimeAsync(2 * minute)
  expect(names()).toEqual(['b'])
  await vi.advanceTimersByTimeAsync(10 * minute)
  expect(names()).toEqual([])
})

it('keeps resources in use, and counts their idle time from the end of the use', async () => {
  const pool = testPool()
  const { end } = longUse(pool, 'a')
  await vi.advanceTimersByTimeAsync(60 * minute)
  await end()
  await vi.advanceTimersByTimeAsync(9 * minute)
  expect(pool.names()).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(2 * minute)
  expect(pool.names()).toEqual([])
})

it('closes the least recently used resource that is not in use when it is full', async () => {
  const pool = testPool()
  const { end } = longUse(pool, 'a')
  await pool.use('b', done)
  await vi.advanceTimersByTimeAsync(1000)
  await pool.use('c', done)
  expect(pool.names()).toEqual(['a', 'c'])
  await end()
  await pool.use('d', done)
  expect(pool.names()).toEqual(['c', 'd'])
  expect(pool.events).toContain('evict b after 1000 ms')
})

it('rejects a further resource while all are in use, and accepts it later', async () => {
  const pool = testPool()
  const [a, b] = [longUse(pool, 'a'), longUse(pool, 'b')]
  await expect(pool.use('c', done)).rejects.toThrow(PoolExhaustedError)
  await a.end()
  expect(await pool.use('c', done)).toBe('done')
  await b.end()
})

it('opens a resource again after it failed to open', async () => {
  const { use, names } = testPool({ failures: 1 })
  await expect(use('a', done)).rejects.toThrow('out of memory')
  expect(names()).toEqual([])
  expect(await use('a', done)).toBe('done')
})

it('reports a resource that fails to close, and closes the others', async () => {
  const { use, events, close } = testPool()
  await use('broken', done)
  await use('b', done)
  await close()
  expect(events).toEqual(expect.arrayContaining(['Error: already closed', 'close b']))
})

it('closes a removed resource after its uses, and opens a new one for the next use', async () => {
  const pool = testPool()
  const { end } = longUse(pool, 'a')
  expect([pool.remove('a'), pool.remove('a'), pool.names()]).toEqual([true, false, []])
  await pool.use('a', done)
  expect(pool.events).toEqual(['open a', 'open a'])
  await end()
  expect([pool.events, pool.names()]).toEqual([['open a', 'open a', 'close a'], ['a']])
})
