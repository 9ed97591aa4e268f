import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { listen } from '../../src/server/index.ts'
import { connectSandbox, startSandbox } from '../../src/testing/index.ts'
import { start } from './sandbox.ts'

const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.end())
  })

it('stops at the end of a block, and frees the port', async () => {
  let port = 0
  {
    await using sandbox = await startSandbox('bedrud')
    port = Number(new URL(sandbox.url).port)
    await sandbox.signIn()
    expect(await isOpen(port)).toBe(true)
  }
  expect(await isOpen(port)).toBe(false)
})

it('leaves no timer or connection behind', async () => {
  const before = process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length
  const sandbox = await startSandbox('bkend')
  await sandbox.inbox.list()
  await sandbox.stop()
  await expect
    .poll(() => process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length)
    .toBeLessThanOrEqual(before)
})

it('starts two sandboxes that share nothing', async () => {
  const [one, other] = [await start('bedrud'), await start('bedrud')]
  await one.signIn({ email: 'dana@example.com', password: 'lantern-over-4-hills' })
  await one.clock.advance('1d')
  expect((await other.clock.now()).getTime()).toBeLessThan(Date.now() + 60_000)
  const body = JSON.stringify({ email: 'dana@example.com', password: 'lantern-over-4-hills' })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${other.url}/api/auth/login`, { method: 'POST', headers, body })
  expect(response.status).toBe(401)
})

it('rejects a port in use, and an invalid setting', async () => {
  const port = Number(new URL((await start('bedrud')).url).port)
  await expect(startSandbox('bedrud', { port })).rejects.toThrow(
    `Port ${port} is in use. Pass another one, or none for a free port.`,
  )
  const store = join(import.meta.filename, 'auth.db')
  await expect(startSandbox('bedrud', { store })).rejects.toThrow('a file exists where a folder is needed')
})

it('connects to a sandbox that is already running', async () => {
  const started = await start('bondmcp')
  const connected = await connectSandbox(`${started.url}/`)
  expect(connected.url).toBe(started.url)
  const { user } = await connected.signIn()
  expect(await started.inbox.latest(user.email)).toMatchObject({ kind: 'verifyEmail' })
})

it('explains that no sandbox responds at a URL', async () => {
  await expect(connectSandbox('localhost:4000')).rejects.toThrow(
    '"localhost:4000" is not the URL of a sandbox',
  )
  await expect(connectSandbox('http://127.0.0.1:1')).rejects.toThrow(
    'No sandbox responds at http://127.0.0.1:1. Start it, or check the URL.',
  )
  const { url, close } = await listen(() => new Response('<p>Hello'), { host: '127.0.0.1', port: 0 })
  onTestFinished(close)
  await expect(connectSandbox(url)).rejects.toThrow(
    `No sandbox responds at ${url}. The server there has no development controls.`,
  )
  const json = await listen(() => Response.json({}, { status: 404 }), { host: '127.0.0.1', port: 0 })
  onTestFinished(json.close)
  await expect(connectSandbox(json.url)).rejects.toThrow(
    `${json.url} is not a sandbox: ${json.url}/__dev/seed responded with 404.`,
  )
})

it('connects to named sandboxes, which share nothing', async () => {
  const { url } = await start('bkend')
  const one = await connectSandbox(`${url}/~one`)
  const other = await connectSandbox(`${url}/~other`)
  // A taken email would be rejected.
  await one.signIn({ email: 'dana@example.com', password: 'lantern-over-4-hills' })
  await other.signIn({ email: 'dana@example.com', password: 'meadow-under-5-stars' })
  await one.clock.advance('1d')
  expect((await other.clock.now()).getTime()).toBeLessThan(Date.now() + 60_000)
  for (const { oauth } of [one, other]) expect((await oauth.approve('google')).tokens).toBeDefined()
})
