import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { key, mina, storeDownName } from '../server/fake.ts'
import { freePort, start, temporaryFolder } from './child.ts'
import { production } from './production.ts'

const serve = (folder: string, args: string[] = [], env = {}) =>
  start(['serve', 'bkend', '--port', '0', '--data', folder, ...args], env)

const post = (url: string, body: unknown) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key },
    body: JSON.stringify(body),
  })
const password = 'a-fine-passphrase'
const signUp = (url: string, email: string, name = 'New') =>
  post(`${url}/v1/auth/email/signup`, { method: 'password', email, password, name })
const signIn = async (url: string, email: string, secret = password) =>
  (await post(`${url}/v1/auth/email/signin`, { method: 'password', email, password: secret })).status

describe('the serve command', () => {
  it('serves an API, and prints the URLs of the API, its test accounts and its inbox', async () => {
    const server = serve(await temporaryFolder())
    const url = await server.url()
    expect(server.output()).toContain(`${url}/__dev/seed`)
    expect(server.output()).toContain(`${url}/__dev/inbox`)
    expect(await signIn(url, mina.email, mina.password)).toBe(200)
  })

  it('keeps every acknowledged write when it is killed', async () => {
    const folder = await temporaryFolder()
    const first = serve(folder)
    const url = await first.url()
    await post(`${url}/__dev/settings`, { rateLimits: false })
    const tokens: string[] = []
    const emails = Array.from({ length: 12 }, (_, index) => `new${index}@example.com`)
    const signUps = emails.map(async (email) => {
      const response = await signUp(url, email)
      expect(response.status).toBe(201)
      tokens.push((await response.json()).accessToken)
    })
    await Promise.all(signUps)
    await post(`${url}/v1/auth/password/reset/request`, { email: mina.email })
    first.kill('SIGKILL')
    await first.ended

    const second = await serve(folder).url()
    for (const email of emails) expect([email, await signIn(second, email)]).toEqual([email, 200])
    for (const token of tokens) {
      const me = await fetch(`${second}/v1/auth/me`, {
        headers: { ...key, authorization: `Bearer ${token}` },
      })
      expect(me.status).toBe(200)
    }
    expect((await (await fetch(`${second}/__dev/inbox`)).json()).mails).toHaveLength(1)
  })

  it('creates database and secret files that only their owner can read', async () => {
    const folder = join(await temporaryFolder(), 'data')
    await serve(folder).url()
    const modes = await Promise.all(
      (await readdir(folder)).map(async (name) => [
        name,
        ((await stat(join(folder, name))).mode & 0o777).toString(8),
      ]),
    )
    expect(modes).toEqual(
      expect.arrayContaining([
        ['bkend.db', '600'],
        ['bkend.db-secret', '600'],
      ]),
    )
    expect(modes.filter(([, mode]) => mode !== '600')).toEqual([])
  })

  it('writes nothing with --memory', async () => {
    const folder = await temporaryFolder()
    const server = serve(folder, ['--memory'])
    expect(await signIn(await server.url(), mina.email, mina.password)).toBe(200)
    expect(await readdir(folder)).toEqual([])
  })

  it('reports that it is not ready after SIGTERM, still serves requests, and closes the database', async () => {
    const folder = await temporaryFolder()
    const server = serve(folder)
    const url = await server.url()
    await post(`${url}/__dev/faults`, { operationId: 'getCurrentUser', status: 200, delayMs: 1500 })
    const slow = fetch(`${url}/v1/auth/me`, { headers: key })
    await new Promise((resolve) => setTimeout(resolve, 100))
    server.kill('SIGTERM')
    await server.prints(/"stopping"/)
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    expect((await signUp(url, 'late@example.com')).status).toBe(201)
    expect((await slow).status).toBe(200)
    expect(await server.ended).toBe(0)
    expect(existsSync(join(folder, 'bkend.db-wal'))).toBe(false)
    expect(await signIn(await serve(folder).url(), 'late@example.com')).toBe(200)
  })

  it('logs only JSON in production mode, with the ids of requests', async () => {
    const folder = await temporaryFolder()
    const server = serve(folder, ['--production'], production)
    await server.prints(/"msg":"ready"/)
    const [, url] = await server.prints(/"url":"(.+?)"/)
    expect(url).toBe(production.PUBLIC_URL)
    const port = /"listening":"http:\/\/localhost:(\d+)"/.exec(server.output())?.[1]
    const here = `http://localhost:${port}`
    expect((await fetch(`${here}/__dev/seed`)).status).toBe(404)
    expect(await signIn(here, mina.email, mina.password)).toBe(401)
    const response = await signUp(here, 'away@example.com', storeDownName)
    expect(response.status).toBe(503)
    const id = response.headers.get('x-request-id')
    await server.prints(new RegExp(`"requestId":"${id}".*"msg":"request"`))
    const lines = server
      .output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.filter(({ requestId }) => requestId === id).map(({ msg }) => msg)).toEqual([
      'unavailable',
      'request',
    ])
    expect(server.output()).not.toContain(production.SECRETS)
  })

  it('serves metrics only on METRICS_PORT of this machine', async () => {
    const port = await freePort()
    const server = serve(await temporaryFolder(), ['--production'], {
      ...production,
      METRICS_PORT: String(port),
    })
    const [, here] = await server.prints(/"listening":"(.+?)"/)
    await server.prints(/"msg":"ready"/)
    expect(await signIn(String(here), mina.email, mina.password)).toBe(401)
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`)
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const text = await metrics.text()
    expect(text).toMatch(/^http_request_duration_seconds_count\{operation="signIn",status="401"\} 1$/m)
    expect(text).toMatch(/^auth_events_total\{event="signIn",outcome="refused",reason="\w+"\} 1$/m)
    expect(text).not.toContain(mina.email)
    expect((await fetch(`${here}/metrics`)).status).toBe(404)
    expect((await fetch(`http://127.0.0.1:${port}/v1/auth/me`)).status).toBe(404)
  })

  it('applies SETTINGS in production, and rejects a setting that the API does not have', async () => {
    const serveWithSettings = (name: string, folder: string) =>
      start(
        ['serve', name, '--production', '--port', '0', '--data', folder],
        { ...production, SETTINGS: '{"registration":"closed"}' },
        'src/cli/auth-contracts.js',
      )
    const [, url] = await serveWithSettings('bedrud', await temporaryFolder()).prints(/"listening":"(.+?)"/)
    const response = await post(`${url}/api/auth/register`, {
      email: 'new@example.com',
      password,
      name: 'New',
    })
    expect([response.status, await response.json()]).toEqual([403, expect.anything()])
    const unknown = serveWithSettings('bondmcp', await temporaryFolder())
    expect(await unknown.ended).toBe(1)
    expect(unknown.output().trim()).toBe('error: SETTINGS: This API has no setting registration.')
  })

  it('I01 rejects headers that are too long', async () => {
    const url = await serve(await temporaryFolder(), ['--memory']).url()
    const status = await new Promise((done, fail) => {
      request(url, { headers: { long: 'x'.repeat(64 * 1024) } }, (response) =>
        done(response.resume().statusCode),
      )
        .on('error', fail)
        .end()
    })
    expect(status).toBe(431)
  })
})

describe('serve --production', () => {
  const ends: (() => Promise<void>)[] = []
  let server: ReturnType<typeof start>
  let here: string
  beforeAll(async () => {
    const atEnd = (end: () => Promise<void>) => void ends.unshift(end)
    const args = ['serve', 'bkend', '--production', '--port', '0', '--data', await temporaryFolder(atEnd)]
    server = start(args, production, undefined, { atEnd })
    here = String((await server.prints(/"listening":"(.+?)"/))[1])
    await server.prints(/"msg":"ready"/)
  })
  afterAll(async () => {
    for (const end of ends) await end()
  })

  it('B03 sends security headers with every response', async () => {
    const responses = [
      await fetch(`${here}/healthz`),
      await post(`${here}/v1/auth/email/signin`, { method: 'password', email: mina.email, password }),
      await fetch(`${here}/nowhere`),
      await signUp(here, 'new@example.com'),
    ]
    expect(responses.map(({ status }) => status)).toEqual([200, 401, 404, 201])
    for (const { headers } of responses)
      expect(Object.fromEntries(headers)).toMatchObject({
        'strict-transport-security': 'max-age=31536000',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      })
  })

  it.each([
    ['an invalid Host', 'GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['an asterisk as the path', 'GET * HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a backslash in the path', 'GET /\\x HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a malformed header', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n'],
  ])('rejects %s with security headers, and logs it', async (_, rawRequest) => {
    const before = server.output().length
    const socket = connect(Number(new URL(here).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(rawRequest)
    const [response] = await once(socket, 'data')
    expect(String(response)).toMatch(/^HTTP\/1\.1 400 /)
    expect(String(response).toLowerCase()).toContain('x-content-type-options: nosniff')
    const line = () => /\{[^\n]*"msg":"bad request"\}/.exec(server.output().slice(before))?.[0]
    await expect.poll(line).toBeDefined()
    expect(JSON.parse(String(line()))).toMatchObject({ status: 400, address: '127.0.0.1' })
  })
})

describe('a startup error', () => {
  /** Runs a command that exits at once. */
  const runToEnd = async (args: string[], env = {}) => {
    const process = start(args, env, 'src/cli/auth-contracts.js')
    const code = await process.ended
    return { code, lines: process.output().trim().split('\n') }
  }
  const failsWith = (text: RegExp | string) => ({
    code: 1,
    lines: [typeof text === 'string' ? `error: ${text}` : expect.stringMatching(text)],
  })

  it('lists the available APIs if the name is unknown or missing', async () => {
    expect(await runToEnd(['serve', 'unknown'])).toEqual(
      failsWith(`Unknown API "unknown". Available: ${variantNames.join(', ')}.`),
    )
    expect(await runToEnd(['serve'])).toEqual(
      failsWith(`Pass the name of an API: ${variantNames.join(', ')}.`),
    )
  })

  it('explains an invalid setting in one sentence', async () => {
    const args = ['serve', 'bkend', '--memory', '--port', '0']
    expect(await runToEnd(args, { PUBLIC_URL: 'auth.example.com' })).toEqual(
      failsWith('PUBLIC_URL must be a URL without a query, such as https://auth.example.com.'),
    )
    expect(await runToEnd(args, { GOOGLE_CLIENT_ID: 'a' })).toEqual(
      failsWith('GOOGLE_CLIENT_ID is set without GOOGLE_CLIENT_SECRET. Set both or neither.'),
    )
  })

  it.each(Object.keys(production))('reports that production mode needs %s', async (name) => {
    const args = ['serve', 'bkend', '--production', '--port', '0', '--data', await temporaryFolder()]
    expect(await runToEnd(args, { ...production, [name]: '' })).toEqual(
      failsWith(new RegExp(`^error: ${name} is required in production mode`)),
    )
  })

  it('J06 rejects a weak secret in production', async () => {
    const args = ['serve', 'bkend', '--production', '--port', '0', '--data', await temporaryFolder()]
    for (const weak of ['sixteen bytes!!!', 'x'.repeat(64), `${production.SECRETS},short`])
      expect(await runToEnd(args, { ...production, SECRETS: weak })).toEqual(
        failsWith(/^error: SECRETS must be at least 32 random bytes/),
      )
  })

  it('rejects a seeded development database in production', async () => {
    const folder = await temporaryFolder()
    const development = serve(folder)
    await development.url()
    development.kill('SIGTERM')
    expect(await development.ended).toBe(0)
    const args = ['serve', 'bkend', '--production', '--port', '0', '--data', folder]
    expect(await runToEnd(args, production)).toEqual(failsWith(/^error: The database contains example users/))
  })

  it('explains in one sentence that a database file or folder is unusable', async () => {
    const folder = await temporaryFolder()
    await writeFile(
      join(folder, 'bkend.db'),
      'not a database, but long enough to be opened as one'.repeat(10),
    )
    expect(await runToEnd(['serve', 'bkend', '--port', '0', '--data', folder])).toEqual(
      failsWith(/^error: The database .*bkend\.db cannot be used: /),
    )
    await writeFile(join(folder, 'file'), '')
    expect(await runToEnd(['serve', 'bkend', '--port', '0', '--data', join(folder, 'file')])).toEqual(
      failsWith(/^error: Data cannot be stored in .+: a file exists where a folder is needed\. Pass /),
    )
  })

  it.runIf(process.platform === 'linux')(
    'explains in one sentence that a folder cannot be created',
    async () => {
      expect(await runToEnd(['serve', 'bkend', '--port', '0', '--data', '/proc/x'])).toEqual(
        failsWith(/^error: Data cannot be stored in \/proc\/x: cannot create a folder here\. Pass /),
      )
    },
  )
})
