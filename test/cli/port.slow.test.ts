import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort, start } from './child.ts'
import { production } from './production.ts'

const program = 'src/cli/auth-contracts.js'
const commands = [
  ['start', '--memory'],
  ['mock', 'bkend'],
  ['serve', 'bkend', '--memory'],
]

/** Occupies a port, a free one by default. Does nothing if another program has it. */
async function occupy(port = 0): Promise<number> {
  const holder = createServer()
  holder.on('error', () => {})
  holder.listen(port, '127.0.0.1')
  await Promise.race([once(holder, 'listening'), once(holder, 'error')])
  onTestFinished(() => void holder.close())
  return (holder.address() as AddressInfo | null)?.port ?? port
}

const portOf = async (server: ReturnType<typeof start>) => Number(new URL(await server.url()).port)

describe.each(commands)('the port of %s', (...args) => {
  const run = (more: string[] = [], env: Record<string, string> = {}) =>
    start([...args, ...more], env, program)

  it('is PORT, unless --port is given', async () => {
    const free = await freePort()
    expect(await portOf(run([], { PORT: String(free) }))).toBe(free)
    const other = await freePort()
    expect(await portOf(run(['--port', String(other)], { PORT: String(free) }))).toBe(other)
  })

  it('is never another one than PORT or --port says', async () => {
    const port = await occupy()
    for (const server of [run([], { PORT: String(port) }), run(['--port', String(port)])])
      expect([await server.ended, server.output()]).toEqual([
        1,
        `error: Port ${port} is in use. Pass another one with --port, or --port 0 for a free one.\n`,
      ])
  })

  it('is refused with a sentence about PORT if PORT is invalid', async () => {
    for (const PORT of ['http', '-1', '65536']) {
      const server = run([], { PORT })
      expect([PORT, await server.ended, server.output()]).toEqual([
        PORT,
        1,
        'error: PORT must be a whole number from 0 to 65535.\n',
      ])
    }
  })
})

it.each([
  [4000, ['start', '--memory']],
  [4010, ['mock', 'bkend']],
  [4020, ['serve', 'bkend', '--memory']],
])('moves from port %d to the next free one, says so, and prints its URLs, for %j', async (port, args) => {
  await occupy(port)
  const server = start(args, { PORT: '' }, program)
  const actual = await portOf(server)
  expect(actual).toBeGreaterThan(port)
  expect(server.output()).toContain(`Port ${port} is in use; using ${actual}.\n`)
  const urls = server.output().match(/http:\/\/localhost:\d+/g) ?? []
  expect(urls.length).toBeGreaterThan(1)
  expect(new Set(urls)).toEqual(new Set([`http://localhost:${actual}`]))
  expect((await fetch(`http://localhost:${actual}/`)).status).toBeGreaterThan(0)
})

it('never moves in production mode, in which a proxy expects the port', async () => {
  await occupy(4020)
  const server = start(['serve', 'bkend', '--production', '--data', '/nonexistent'], production, program)
  expect([await server.ended, server.output()]).toEqual([
    1,
    expect.stringMatching(/^error: Port 4020 is in use\. Pass another one/),
  ])
})
