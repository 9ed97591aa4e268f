import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createBkendClient, memoryTokens } from '../../../src/client/index.ts'
import { fakeApi, key, mina } from '../../server/fake.ts'
import { serveSandbox } from '../../support/served-sandbox.ts'
import { credentials, open, signIn, signInStatus, signUpAs } from './scene.ts'

const serve = () => serveSandbox('bkend', fakeApi)
const seededKey = `pk_${'0123456789abcdef'.repeat(4)}`
const json = { ...key, 'content-type': 'application/json' }
const signInAt = (url: string, headers = {}) =>
  fetch(url + signIn, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: JSON.stringify(credentials),
  })

/** Returns what arrives before the connection breaks. */
const receive = (url: string, method = 'POST') =>
  new Promise<{ status?: number; body: string; error?: string }>((resolve) => {
    const sent = request(url + signIn, { method, headers: json, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        body += chunk
      })
      const end = (error?: NodeJS.ErrnoException) =>
        resolve({ status: response.statusCode ?? 0, body, ...(error?.code && { error: error.code }) })
      response.on('error', end)
      response.on('end', () => end())
    })
    sent.on('error', ({ code = '' }: NodeJS.ErrnoException) => resolve({ body: '', error: code }))
    sent.end(method === 'POST' ? JSON.stringify(credentials) : undefined)
  })

describe('a reset connection', () => {
  it('closes the socket without a response, for the given number of requests', async () => {
    const sandbox = await serve()
    await sandbox.control('faults', { operationId: 'signIn', connection: 'reset', times: 2 })
    for (let call = 0; call < 2; call++)
      expect(await receive(sandbox.url)).toEqual({ body: '', error: 'ECONNRESET' })
    expect((await receive(sandbox.url)).status).toBe(200)
  })

  it('has no effect', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signUp', connection: 'reset' })
    await expect(signUpAs(sandbox, 'new@example.com')).rejects.toThrow('fetch failed')
    expect((await signUpAs(sandbox, 'new@example.com')).status).toBe(201)
  })

  it('rejects in process like fetch', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: '*', connection: 'reset', delayMs: 50 })
    const start = performance.now()
    const error = await signInStatus(sandbox).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(TypeError)
    expect([error.message, error.cause.code]).toEqual(['fetch failed', 'ECONNRESET'])
    expect(performance.now() - start).toBeGreaterThan(45)
    expect(await signInStatus(sandbox)).toBe(200)
  })

  it('affects named sandboxes alike', async () => {
    const sandbox = await serve()
    await sandbox.call('POST', '/~one/__dev/faults', { operationId: 'signIn', connection: 'reset', times: 2 })
    expect(await receive(`${sandbox.url}/~one`)).toEqual({ body: '', error: 'ECONNRESET' })
    await expect(signInAt(sandbox.url, { 'x-sandbox': 'one' })).rejects.toThrow('fetch failed')
    expect((await receive(sandbox.url)).status).toBe(200)
  })
})

describe('a truncated response', () => {
  it('ends after half of the body, when the operation has taken effect', async () => {
    const sandbox = await serve()
    const { body: whole } = await receive(sandbox.url)
    await sandbox.control('faults', { operationId: '*', connection: 'truncate' })
    const cut = await receive(sandbox.url)
    expect(cut).toMatchObject({ status: 200, error: 'ECONNRESET' })
    expect(Math.abs(cut.body.length - whole.length / 2)).toBeLessThan(20)
    expect(whole.startsWith('{"accessToken":')).toBe(true)
    expect(cut.body.startsWith('{"accessToken":')).toBe(true)
    await sandbox.control('faults', { operationId: 'signUp', connection: 'truncate' })
    const response = await signUpAs(sandbox, 'new@example.com')
    expect(response.status).toBe(201)
    await expect(response.json()).rejects.toThrow('terminated')
    expect((await signUpAs(sandbox, 'new@example.com')).status).toBe(401)
  })

  it('cuts the example of a status', async () => {
    const sandbox = await serve()
    await sandbox.control('faults', { operationId: 'signIn', status: 503, connection: 'truncate' })
    const { status, body, error } = await receive(sandbox.url)
    expect([status, error]).toEqual([503, 'ECONNRESET'])
    expect(() => JSON.parse(body)).toThrow()
  })

  it('ends in process with an error while the body is read', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signIn', connection: 'truncate' })
    const response = await sandbox.call('POST', signIn, credentials, key)
    const reader = response.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    expect(new TextDecoder().decode(value)).toMatch(/^\{"accessToken":/)
    await expect(reader?.read()).rejects.toThrow('terminated')
  })

  it('reaches the client of a named sandbox in the header', async () => {
    const sandbox = await serve()
    await sandbox.call('POST', '/~one/__dev/faults', { operationId: 'signIn', connection: 'truncate' })
    const response = await signInAt(sandbox.url, { 'x-sandbox': 'one' })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
  })
})

it('resets the connection instead of truncating a response without a body', async () => {
  const sandbox = await serve()
  await sandbox.control('faults', { operationId: 'finishOAuth', status: 302, connection: 'truncate' })
  const url = `${sandbox.url}/v1/auth/google/callback`
  await expect(fetch(url, { redirect: 'manual' })).rejects.toThrow('fetch failed')
})

describe('the typed client', () => {
  it.each(['reset', 'truncate'])(
    'rejects a call whose connection ends with %s, and keeps its tokens',
    async (connection) => {
      const sandbox = await serveSandbox('bkend')
      const tokens = memoryTokens()
      const client = createBkendClient({ baseUrl: sandbox.url, apiKey: seededKey, tokens })
      const body = { method: 'password', email: mina.email, password: mina.password } as const
      await client.POST('/v1/auth/email/signin', { body })
      const before = await tokens.get()
      await sandbox.control('faults', { operationId: 'getCurrentUser', connection })
      await expect(client.GET('/v1/auth/me')).rejects.toThrow(TypeError)
      await sandbox.control('clock', { advanceSeconds: 3601 })
      await sandbox.control('faults', { operationId: 'refreshTokens', connection: 'reset' })
      await expect(client.GET('/v1/auth/me')).rejects.toThrow(TypeError)
      expect(await tokens.get()).toEqual(before)
      expect((await client.GET('/v1/auth/me')).data?.email).toBe(mina.email)
    },
  )
})
