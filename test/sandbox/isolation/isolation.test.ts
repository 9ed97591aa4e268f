import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openfactory } from '../../../src/conformance/variants/openfactory.ts'
import { openSandbox } from '../../support/sandbox.ts'
import { servedAdapters } from '../../support/served.ts'
import { serveSandbox } from '../../support/served-sandbox.ts'
import { createClient, createCookieJar, forms } from './client.ts'

const person = { email: 'worker@example.net', password: 'a-long-password-1', name: 'Worker' }

describe.each(servedAdapters())('$name', ({ name, signUp, signIn, statuses, ...adapter }) => {
  it('lets eight workers sign up with the same email at the same time', async () => {
    const { url } = await serveSandbox(name)
    const work = async (_: unknown, index: number) => {
      const { call, control } = createClient(url, `worker-${index}`, forms[index % 2])
      const send = ({ method, path, body, headers = {} }: ReturnType<typeof signUp>) =>
        call(method, path, body, headers)
      const signedUp = await send(signUp(person))
      const again = await send(signUp(person))
      const { mails } = await control<{ mails: { tokens: string[] }[] }>(`inbox?to=${person.email}`)
      const [token] = mails[0]?.tokens ?? []
      if (adapter.requiresVerification && token && adapter.verify)
        await send(adapter.verify({ email: person.email, token }))
      const signedIn = await send(signIn(person))
      return [signedUp.status, again.status, signedIn.status]
    }
    const outcomes = await Promise.all(Array.from({ length: 8 }, work))
    const expected = [statuses.signedUp, statuses.taken, statuses.signedIn]
    expect(outcomes).toEqual(outcomes.map(() => expected))
  })
})

describe.each(forms)('a sandbox named by its %s', (form) => {
  it('has separate users, mails, clock, faults and rate limits', async () => {
    const { url } = await serveSandbox('openfactory')
    const [one, other, none] = [
      createClient(url, 'one', form),
      createClient(url, 'other', form),
      createClient(url),
    ]
    const { email } = person
    const signUp = ({ call }: typeof one, to = email) => {
      const { method, path, body } = openfactory.signUp({ ...person, email: to })
      return call(method, path, body)
    }
    expect((await signUp(one)).status).toBe(201)
    await one.call('POST', '/api/auth/forgot-password', { email })
    const inbox = async ({ control }: typeof one) =>
      (await control<{ mails: object[] }>(`inbox?to=${email}`)).mails
    expect([(await inbox(one)).length, await inbox(other), await inbox(none)]).toEqual([1, [], []])

    await one.control('clock', { advanceSeconds: 86_400 })
    await one.control('faults', { operationId: 'signIn', status: 500, times: 1 })
    await one.control('settings', { limits: { signUp: { max: 0, windowSeconds: 60 } } })
    const state = async (client: typeof one) => {
      const { call, control } = client
      const { now } = await control<{ now: string }>('clock', { advanceSeconds: 0 })
      const invalid = { email, password: 'wrong-password-1' }
      return {
        isAhead: Date.parse(now) - Date.now() > 3_600_000,
        signIn: (await call('POST', '/api/auth/signin', invalid)).status,
        signUp: (await signUp(client, 'second@example.net')).status,
      }
    }
    const untouched = { isAhead: false, signIn: 401, signUp: 201 }
    expect(await state(one)).toEqual({ isAhead: true, signIn: 500, signUp: 429 })
    expect([await state(other), await state(none)]).toEqual([untouched, untouched])
  })

  it('keeps its data when another one is reset', async () => {
    const { url } = await serveSandbox('bedrud')
    const [one, other] = [createClient(url, 'one', form), createClient(url, 'other', form)]
    const signUp = ({ call }: typeof one) => call('POST', '/api/auth/register', person)
    expect([(await signUp(one)).status, (await signUp(other)).status]).toEqual([200, 200])
    expect((await one.call('POST', '/__dev/reset')).status).toBe(204)
    expect([(await signUp(one)).status, (await signUp(other)).status]).toEqual([200, 409])
  })

  it('completes an OAuth sign-in in a browser without leaving the sandbox', async () => {
    const { url } = await serveSandbox('bedrud')
    const { call, control } = createClient(url, 'one', form)
    const jar = createCookieJar()
    const started = await call('GET', '/api/auth/google/login')
    jar.store(started)
    // The browser follows redirects without the header.
    const consent = await fetch(started.headers.get('location') ?? '')
    expect(consent.url).toContain(`${url}/~one/__oauth/consents/`)
    const choice = new URLSearchParams({ decision: 'allow', email: 'guest@example.net' })
    const allowed = await fetch(consent.url, { method: 'POST', body: choice, redirect: 'manual' })
    const callback = allowed.headers.get('location') ?? ''
    expect(callback).toContain(`${url}/~one/api/auth/google/callback?`)
    const finished = await fetch(callback, { headers: jar.headerFor(callback) })
    expect(finished.status).toBe(200)
    const { token } = await finished.json()
    const profile = (client: ReturnType<typeof createClient>) =>
      client.call('GET', '/api/auth/me', undefined, { authorization: `Bearer ${token}` })
    expect(await (await profile({ call, control })).json()).toMatchObject({ email: 'guest@example.net' })
    expect((await profile(createClient(url))).status).toBe(401)
  })

  it('puts its name into mailed links', async () => {
    const { url } = await serveSandbox('bondmcp')
    const { call, control } = createClient(url, 'one', form)
    await call('POST', '/mcp/auth/register', person)
    const { mails } = await control<{ mails: { links: string[] }[] }>('inbox')
    const link = mails.at(-1)?.links[0] ?? ''
    expect(link).toContain(`${url}/~one/mcp/auth/verify?`)
    expect((await fetch(link)).status).toBe(200)
  })
})

describe('a server with named sandboxes', () => {
  it('sets cookies at the path that clients of each form use', async () => {
    const { url } = await serveSandbox('bedrud', { publicUrl: 'http://localhost:4000/sandbox/bedrud' })
    const paths = async (path: string, headers = {}) => {
      const response = await fetch(`${url}${path}/api/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ ...person, email: `${crypto.randomUUID()}@example.net` }),
      })
      return new Set(response.headers.getSetCookie().map((cookie) => /; Path=([^;]+)/.exec(cookie)?.[1]))
    }
    const [short, long] = ['/sandbox/bedrud', '/sandbox/bedrud/~one']
    expect(await paths('')).toEqual(new Set([short]))
    expect(await paths('/~one')).toEqual(new Set([long]))
    expect(await paths('/~one', { 'x-sandbox': 'other' })).toEqual(new Set([long]))
    expect(await paths('', { 'x-sandbox': 'one' })).toEqual(new Set([short]))
    expect(await paths('/~one', { 'x-sandbox': 'one' })).toEqual(new Set([short]))
  })

  it('lets the name in the path win over the header', async () => {
    const { url } = await serveSandbox('bedrud')
    const [one, both] = [createClient(url, 'one'), createClient(`${url}/~one`, 'other', 'header')]
    const signUp = ({ call }: typeof one) => call('POST', '/api/auth/register', person)
    expect([(await signUp(both)).status, (await signUp(one)).status]).toEqual([200, 409])
  })

  it('accepts a percent-encoded tilde', async () => {
    const { url } = await serveSandbox('bedrud')
    await createClient(url, 'one').call('POST', '/api/auth/register', person)
    const { status } = await createClient(`${url}/%7Eone`).call('POST', '/api/auth/register', person)
    expect(status).toBe(409)
  })

  it.each([
    ['/~', {}],
    ['/~a.b', {}],
    ['/~a%20b/api/auth/me', {}],
    [`/~${'a'.repeat(65)}`, {}],
    ['', { 'x-sandbox': '' }],
    ['', { 'x-sandbox': 'one, other' }],
    ['', { 'x-sandbox': '../one' }],
  ])(
    'rejects the invalid name of %s with headers %o, in the error format of the API',
    async (path, headers) => {
      const { url } = await serveSandbox('bedrud')
      const origin = 'http://localhost:3000'
      const response = await fetch(url + path, { headers: { ...headers, origin } })
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([400, origin])
      expect(await response.json()).toEqual({ error: expect.stringContaining('1 to 64 letters') })
    },
  )

  it('allows pages of trusted origins to send the header', async () => {
    const { url } = await serveSandbox('bedrud')
    const preflight = await fetch(`${url}/api/auth/login`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-sandbox',
      },
    })
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,x-sandbox')
  })

  it('rejects requests of other websites that would create one', async () => {
    const { url } = await serveSandbox('bedrud')
    const statusWith = (headers: Record<string, string>) =>
      new Promise((resolve, reject) => {
        const sent = request(`${url}/~one/api/auth/me`, { headers }, (response) =>
          resolve(response.resume().statusCode),
        )
        sent.on('error', reject).end()
      })
    expect(await statusWith({ origin: 'https://evil.example' })).toBe(403)
    expect(await statusWith({ 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await statusWith({ host: 'rebound.example.net' })).toBe(403)
    expect(await (await fetch(`${url}/__dev/`, { headers: { accept: 'text/html' } })).text()).not.toContain(
      '~one',
    )
    expect(await statusWith({ origin: 'http://localhost:3000' })).toBe(401)
  })

  it.each(forms)('deletes one, named by its %s, from any other or itself', async (form) => {
    const { url } = await serveSandbox('bedrud')
    const [one, other, none] = [
      createClient(url, 'one', form),
      createClient(url, 'other', form),
      createClient(url),
    ]
    const signUp = async ({ call }: typeof one) => (await call('POST', '/api/auth/register', person)).status
    const remove = async ({ call }: typeof one, name: string) =>
      (await call('DELETE', `/__dev/sandboxes/${name}`)).status
    expect([await signUp(one), await signUp(other)]).toEqual([200, 200])
    const { sandboxes } = await other.control<{ sandboxes: object[] }>('sandboxes')
    expect(sandboxes).toMatchObject([{ name: 'one', url: `${url}/~one` }, { name: 'other' }])
    expect([await remove(none, 'one'), await remove(none, 'one')]).toEqual([204, 404])
    expect([await signUp(one), await signUp(other)]).toEqual([200, 409])
    expect([await remove(other, 'other'), await signUp(other)]).toEqual([204, 200])
  })

  it('logs the name with each request of one', async () => {
    const { url, lines } = await serveSandbox('bedrud')
    await createClient(url, 'one').call('GET', '/healthz')
    await createClient(url).call('GET', '/healthz')
    const requests = lines.filter(({ message }) => message === 'request')
    expect(requests.map(({ path, sandbox }) => [path, sandbox])).toEqual([
      ['/healthz', 'one'],
      ['/healthz', undefined],
    ])
  })

  it('lists them on the page of the controls', async () => {
    const { url } = await serveSandbox('bedrud')
    await createClient(url, 'one').call('GET', '/healthz')
    const page = await fetch(`${url}/__dev/`, { headers: { accept: 'text/html' } })
    expect(await page.text()).toContain('<a href="/~one/__dev/">one</a>')
  })

  it('writes nothing of them to the data folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'isolation-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const { url } = await serveSandbox('bedrud', {
      store: join(folder, 'bedrud.db'),
      files: join(folder, 'files'),
    })
    const before = (await readdir(folder)).sort()
    const { status } = await createClient(url, 'one').call('POST', '/api/auth/register', person)
    expect([status, (await readdir(folder)).sort()]).toEqual([200, before])
    expect((await createClient(url).call('POST', '/api/auth/register', person)).status).toBe(200)
  })

  it('deletes one that is not used', async () => {
    const { url } = await serveSandbox('bedrud', { isolation: { idleSeconds: 0.1 } })
    const signUp = async () =>
      (await createClient(url, 'one').call('POST', '/api/auth/register', person)).status
    expect(await signUp()).toBe(200)
    await expect.poll(signUp, { interval: 400 }).toBe(200)
  })

  it('deletes the least recently used one when there are too many', async () => {
    const { url, lines } = await serveSandbox('bedrud', { isolation: { maxSandboxes: 2 } })
    const signUp = async (name: string) =>
      (await createClient(url, name).call('POST', '/api/auth/register', person)).status
    expect([await signUp('a'), await signUp('b'), await signUp('a')]).toEqual([200, 200, 409])
    expect([await signUp('c'), await signUp('a'), await signUp('b')]).toEqual([200, 409, 200])
    expect(lines.find(({ message }) => message.includes('~b'))).toMatchObject({ level: 'warn', name: 'b' })
  })

  it('ignores names in production', async () => {
    const server = await openSandbox('bedrud', { mode: 'production' })
    expect((await server.call('GET', '/~one/healthz')).status).toBe(404)
    const { status } = await server.call('GET', '/healthz', undefined, { 'x-sandbox': '../one' })
    expect(status).toBe(200)
  })
})
