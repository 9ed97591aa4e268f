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
const signIn = async (url: string, email: string, word = password) =>
  (await post(`${url}/v1/auth/email/signin`, { method: 'password', email, password: word })).status

describe('auth-contracts serve', () => {
  it('serves an API, and says where, with whom, and where the mails are', async () => {
    const server = serve(await temporaryFolder())
    const url = await server.url()
    expect(server.output()).toContain(`${url}/__dev/seed`)
    expect(server.output()).toContain(`${url}/__dev/inbox`)
    expect(await signIn(url, mina.email, mina.password)).toBe(200)
  })

  it('keeps all that it acknowledged when it is killed, tokens and settings of the database included', async () => {
    const folder = await temporaryFolder()
    const first = serve(folder)
    const url = await first.url()
    await post(`${url}/__dev/settings`, { rateLimits: false })
    const tokens: string[] = []
    const emails = Array.from({ length: 12 }, (_, index) => `new${index}@example.com`)
    const answers = emails.map(async (email) => {
      const answer = await signUp(url, email)
      expect(answer.status).toBe(201)
      tokens.push((await answer.json()).accessToken)
    })
    await Promise.all(answers)
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

  it('keeps database and secret from everybody but their owner', async () => {
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

  it('is no longer ready at SIGTERM, answers what comes all the same, and leaves a whole database behind', async () => {
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

  it('logs JSON alone in production mode, with requests told by their ids', async () => {
    const folder = await temporaryFolder()
    const server = serve(folder, ['--production'], production)
    await server.prints(/"msg":"ready"/)
    const [, url] = await server.prints(/"url":"(.+?)"/)
    expect(url).toBe(production.PUBLIC_URL)
    const port = /"listening":"http:\/\/localhost:(\d+)"/.exec(server.output())?.[1]
    const here = `http://localhost:${port}`
    expect((await fetch(`${here}/__dev/seed`)).status).toBe(404)
    expect(await signIn(here, mina.email, mina.password)).toBe(401)
    const answer = await signUp(here, 'away@example.com', storeDownName)
    expect(answer.status).toBe(503)
    const id = answer.headers.get('x-request-id')
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

  it('shows metrics to this machine, on a port of their own and nowhere else', async () => {
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

  it('lets operators decide in production, and says when the API knows no such thing', async () => {
    const decided = (name: string, folder: string) =>
      start(
        ['serve', name, '--production', '--port', '0', '--data', folder],
        { ...production, SETTINGS: '{"registration":"closed"}' },
        'src/cli/auth-contracts.js',
      )
    const [, url] = await decided('bedrud', await temporaryFolder()).prints(/"listening":"(.+?)"/)
    const answer = await post(`${url}/api/auth/register`, { email: 'new@example.com', password, name: 'New' })
    expect([answer.status, await answer.json()]).toEqual([403, expect.anything()])
    const unknown = decided('bondmcp', await temporaryFolder())
    expect(await unknown.ended).toBe(1)
    expect(unknown.output().trim()).toBe('error: SETTINGS: This API has no setting registration.')
  })

  it('I01 refuses headers that are too long', async () => {
    const url = await serve(await temporaryFolder(), ['--memory']).url()
    const status = await new Promise((done, fail) => {
      request(url, { headers: { long: 'x'.repeat(64 * 1024) } }, (answer) => done(answer.resume().statusCode))
        .on('error', fail)
        .end()
    })
    expect(status).toBe(431)
  })
})

describe('auth-contracts serve --production', () => {
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

  it('B03 tells browsers to keep nothing, frame nothing, guess nothing, and to insist on TLS', async () => {
    const answers = [
      await fetch(`${here}/healthz`),
      await post(`${here}/v1/auth/email/signin`, { method: 'password', email: mina.email, password }),
      await fetch(`${here}/nowhere`),
      await signUp(here, 'new@example.com'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 201])
    for (const { headers } of answers)
      expect(Object.fromEntries(headers)).toMatchObject({
        'strict-transport-security': 'max-age=31536000',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      })
  })

  it.each([
    ['a Host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['an asterisk for a path', 'GET * HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a backslash in the path', 'GET /\\x HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('refuses %s in the log too, and safely for browsers', async (_, sent) => {
    const before = server.output().length
    const socket = connect(Number(new URL(here).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(sent)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /)
    expect(String(answer).toLowerCase()).toContain('x-content-type-options: nosniff')
    const line = () => /\{[^\n]*"msg":"unusable request"\}/.exec(server.output().slice(before))?.[0]
    await expect.poll(line).toBeDefined()
    expect(JSON.parse(String(line()))).toMatchObject({ status: 400, ip: '127.0.0.1' })
  })
})

describe('a mistake', () => {
  /** What is said, when a command ends at once. */
  const said = async (args: string[], env = {}) => {
    const process = start(args, env, 'src/cli/auth-contracts.js')
    const code = await process.ended
    return { code, lines: process.output().trim().split('\n') }
  }
  const refused = (text: RegExp | string) => ({
    code: 1,
    lines: [typeof text === 'string' ? `error: ${text}` : expect.stringMatching(text)],
  })

  it('in the name is answered with those that there are', async () => {
    expect(await said(['serve', 'nobody'])).toEqual(
      refused(`There is no API "nobody". There are: ${variantNames.join(', ')}.`),
    )
    expect(await said(['serve'])).toEqual(refused(`Say which API. There are: ${variantNames.join(', ')}.`))
  })

  it('in a setting is one sentence', async () => {
    const args = ['serve', 'bkend', '--memory', '--port', '0']
    expect(await said(args, { PUBLIC_URL: 'auth.example.com' })).toEqual(
      refused('PUBLIC_URL must be a URL without a query, such as https://auth.example.com.'),
    )
    expect(await said(args, { GOOGLE_CLIENT_ID: 'a' })).toEqual(
      refused('GOOGLE_CLIENT_ID is set without GOOGLE_CLIENT_SECRET. Set both or neither.'),
    )
  })

  it.each(Object.keys(production))('in production: %s is missing', async (name) => {
    const args = ['serve', 'bkend', '--production', '--port', '0', '--data', await temporaryFolder()]
    expect(await said(args, { ...production, [name]: '' })).toEqual(
      refused(new RegExp(`^error: ${name} is required in production mode`)),
    )
  })

  it('J06 in production: a secret that is weak', async () => {
    const args = ['serve', 'bkend', '--production', '--port', '0', '--data', await temporaryFolder()]
    for (const weak of ['sixteen bytes!!!', 'x'.repeat(64), `${production.SECRETS},short`])
      expect(await said(args, { ...production, SECRETS: weak })).toEqual(
        refused(/^error: SECRETS must be at least 32 random bytes/),
      )
  })

  it('in the database: production refuses one that development has seeded', async () => {
    const folder = await temporaryFolder()
    const development = serve(folder)
    await development.url()
    development.kill('SIGTERM')
    expect(await development.ended).toBe(0)
    const args = ['serve', 'bkend', '--production', '--port', '0', '--data', folder]
    expect(await said(args, production)).toEqual(refused(/^error: The database contains example users/))
  })

  it('in the place of the database is one sentence', async () => {
    const folder = await temporaryFolder()
    await writeFile(
      join(folder, 'bkend.db'),
      'this is no database, but it is long enough to be looked at as one'.repeat(10),
    )
    expect(await said(['serve', 'bkend', '--port', '0', '--data', folder])).toEqual(
      refused(/^error: The database .*bkend\.db cannot be used: /),
    )
    await writeFile(join(folder, 'file'), '')
    expect(await said(['serve', 'bkend', '--port', '0', '--data', join(folder, 'file')])).toEqual(
      refused(/^error: .+: a file exists where a folder is needed\. Choose another path\.$/),
    )
  })

  it.runIf(process.platform === 'linux')('in a place that takes no folders is one sentence', async () => {
    expect(await said(['serve', 'bkend', '--port', '0', '--data', '/proc/x'])).toEqual(
      refused(/^error: \/proc\/x: cannot create a folder here\. Choose another path\.$/),
    )
  })
})
