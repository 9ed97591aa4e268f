import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { createHub } from '../../src/hub/app.ts'
import { signInRequest } from '../../src/openapi/example-request.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import type { ServedVariant } from '../../src/variants/variant.ts'
import { exampleRequest } from '../mock/requests.ts'
import { contractCases } from '../server/cases.ts'
import { servedNames } from '../support/served.ts'
import { variants } from '../support/variants.ts'

let url = ''
const hub = createHub({ host: '127.0.0.1', log: () => {}, sandboxes: { data: null, origin: () => url } })
let server: Listening
beforeAll(async () => {
  server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
  url = server.url
})
afterAll(async () => {
  await server?.close()
  await hub.close()
})

it.each([false, true])('applies rate limits in its sandboxes if told to: %s', async (rateLimits) => {
  const sandboxes = { data: null, origin: () => url, rateLimits }
  const hub = createHub({ host: '127.0.0.1', log: () => {}, sandboxes })
  const headers = { 'content-type': 'application/json' }
  const change = new Request(`${url}/sandbox/bedrud/__dev/settings`, { method: 'POST', headers, body: '{}' })
  const response = await hub.fetch(change, { ip: null })
  expect(await response.json()).toMatchObject({ rateLimits })
  await hub.close()
})

/** Sends a request that `fetch` cannot. */
const send = (method: string, path: string) =>
  new Promise<{ status: number | undefined; allow: string | undefined }>((done, fail) => {
    const sent = request(url + path, { method }, (response) => {
      done({ status: response.resume().statusCode, allow: response.headers.allow })
    })
    sent.on('error', fail).end()
  })

it('closes the connection at CONNECT, because the hub is not a proxy', async () => {
  await expect(send('CONNECT', '/')).rejects.toThrow('socket hang up')
})

it('logs an internal error with its stack, and responds with 500', async () => {
  const lines: string[] = []
  const origin = () => {
    throw new Error('The port is unknown')
  }
  const hub = createHub({
    host: '127.0.0.1',
    log: (text) => lines.push(text),
    sandboxes: { data: null, origin },
  })
  const response = await hub.fetch(new Request(`${url}/sandbox/bedrud/api/auth/me`))
  expect([response.status, (await response.json()).detail]).toEqual([
    500,
    'Internal error: The port is unknown',
  ])
  expect(lines).toEqual([
    expect.stringMatching(/^GET \/sandbox\/bedrud\/api\/auth\/me: .*The port is unknown\n +at /),
  ])
})

/** Returns the names of all fields, without the values. */
const keysOf = (body: object) => JSON.stringify(body).match(/"\w+":/g)

it('sets cookies at the path that README.md tells development proxies to rewrite', async () => {
  const guide = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const [, prefix] = /rewrite: \(path\) => `(.+)\$\{path\}`/.exec(guide) ?? []
  const [, cookiePath] = /cookiePathRewrite: \{ '(.+)': '\/' \}/.exec(guide) ?? []
  expect([prefix, cookiePath]).toEqual(['/sandbox/bedrud', '/sandbox/bedrud'])
  const first = signInRequest(JSON.parse(await readFile(contractUrl('bedrud'), 'utf8')))
  const { headers } = await fetch(`${url}${prefix}${first?.path}`, first)
  const paths = headers.getSetCookie().map((cookie) => /; Path=([^;]+)/.exec(cookie)?.[1])
  expect(new Set(paths)).toEqual(new Set([cookiePath]))
})

describe.each(servedNames)('the sandbox of %s in the hub', (variant) => {
  const base = () => `${url}/sandbox/${variant}`

  it('signs in the user of the contract example over a real connection', async () => {
    const { cases } = await contractCases(contractUrl(variant))
    const signIn = cases.find(({ operationId, name }) => operationId === 'signIn' && name === 'ok')
    if (!signIn) throw new Error('No sign-in example')
    const example = exampleRequest(signIn.operation, 'ok')
    const headers = new Headers(example.headers)
    const key = signIn.operation.security?.[0]?.find(({ kind }) => kind === 'key')
    if (key) headers.set(key.name, String(key.example))
    const body = await example.text()
    const response = await fetch(base() + new URL(example.url).pathname, { method: 'POST', headers, body })
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
  })

  it('suggests the same paths as the mock for an unknown one, in the error format of the API', async () => {
    const first = signInRequest(JSON.parse(await readFile(contractUrl(variant), 'utf8')))
    const path = `${first?.path}x`
    const mock = await (await fetch(`${url}/mock/${variant}${path}`, { method: 'POST' })).json()
    const response = await fetch(base() + path, { method: 'POST' })
    expect(response.status).toBe(404)
    const text = await response.text()
    expect(mock.detail).toContain(`Closest matches: POST /mock/${variant}${first?.path}`)
    expect(text).toContain(mock.detail.replaceAll('/mock/', '/sandbox/'))
    const { errorResponses } = variants[variant] as unknown as ServedVariant
    const failed = { request: new Request(base()), requestId: '' }
    const { body } = errorResponses.notFound({ kind: 'notFound' }, failed) as { body: object }
    expect(keysOf(JSON.parse(text))).toEqual(keysOf(body))
  })

  it('accepts the first call of the home page, as the mock does', async () => {
    const page = await (await fetch(url)).text()
    const first = signInRequest(JSON.parse(await readFile(contractUrl(variant), 'utf8')))
    if (!first) throw new Error('No sign-in example')
    expect(page).toContain(`curl -X POST ${base()}${first.path} `)
    for (const baseUrl of [base(), `${url}/mock/${variant}`]) {
      const { status } = await fetch(baseUrl + first.path, first)
      expect([baseUrl, status]).toEqual([baseUrl, 200])
    }
  })

  it('rejects TRACE with 405 and the allowed methods, as the mock does', async () => {
    const first = signInRequest(JSON.parse(await readFile(contractUrl(variant), 'utf8')))
    for (const base of [`/sandbox/${variant}`, `/sandbox/${variant}/~one`, `/mock/${variant}`])
      expect([base, await send('TRACE', base + first?.path)]).toEqual([
        base,
        { status: 405, allow: 'POST, OPTIONS' },
      ])
  })

  it('rejects TRACE below its controls with 405', async () => {
    expect((await send('TRACE', `/sandbox/${variant}/__dev/inbox`)).status).toBe(405)
  })

  it('serves its controls, but not to a foreign host name (DNS rebinding)', async () => {
    expect((await fetch(`${base()}/__dev/inbox`)).status).toBe(200)
    const status = await new Promise((done, fail) => {
      const sent = request(
        `${base()}/__dev/inbox`,
        { headers: { host: 'rebound.example.net' } },
        (response) => done(response.resume().statusCode),
      )
      sent.on('error', fail).end()
    })
    expect(status).toBe(403)
  })
})

const social = servedNames.filter(
  (variant) => (variants[variant] as unknown as ServedVariant).providers.length > 0,
)
it.each(social)('serves the simulated OAuth providers of %s below its base URL', async (variant) => {
  const base = `${url}/sandbox/${variant}/__oauth`
  const query = 'response_type=code&client_id=simulator&redirect_uri=http://localhost/back'
  const page = await fetch(`${base}/google/authorize?${query}`)
  expect([page.status, page.url.startsWith(`${base}/consents/`)]).toEqual([200, true])
})

it.each(social)('rejects TRACE below the simulated OAuth providers of %s with 404', async (variant) => {
  expect((await send('TRACE', `/sandbox/${variant}/__oauth/google/token`)).status).toBe(404)
})

it('links the home page to the base URL, test accounts and inbox of every sandbox', async () => {
  const page = await (await fetch(url)).text()
  for (const variant of servedNames) {
    expect(page).toContain(`<code>${url}/sandbox/${variant}</code>`)
    expect(page).toContain(`href="/sandbox/${variant}/__dev/seed"`)
    expect(page).toContain(`href="/inbox?api=${variant}"`)
  }
})

it('responds to an unknown sandbox with 404 and the available ones', async () => {
  const response = await fetch(`${url}/sandbox/unknown/v1`, { headers: { origin: 'http://localhost:5173' } })
  expect(response.status).toBe(404)
  expect((await response.json()).available).toContain(`/sandbox/${servedNames[0]}/*`)
})

it('serves named sandboxes, by path and by header, whose links stay in them', async () => {
  const base = `${url}/sandbox/openfactory`
  const signUp = async (path: string, headers = {}) => {
    const response = await fetch(`${base}${path}/api/auth/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        ...{ email: 'worker@example.net', password: 'a-long-password-1' },
        ...{ name: 'Worker', organizationName: 'Works' },
      }),
    })
    return response.status
  }
  expect([await signUp('/~one'), await signUp('', { 'x-sandbox': 'one' })]).toEqual([201, 409])
  expect([await signUp('', { 'x-sandbox': 'other' }), await signUp('/~other')]).toEqual([201, 409])
  const query = 'response_type=code&client_id=simulator&redirect_uri=http://localhost/back'
  const page = await fetch(`${base}/__oauth/google/authorize?${query}`, { headers: { 'x-sandbox': 'one' } })
  expect(page.url).toContain(`${base}/~one/__oauth/consents/`)
  const controls = await fetch(`${base}/~one/`, { headers: { accept: 'text/html' } })
  expect([controls.url, controls.status]).toEqual([`${base}/~one/__dev/`, 200])
})

it.each(servedNames)('redirects short paths to the control and data pages of %s', async (variant) => {
  const headers = { accept: 'text/html' }
  const control = await fetch(`${url}/control/${variant}`, { headers })
  expect([control.status, control.url]).toEqual([200, `${url}/sandbox/${variant}/__dev/`])
  const data = await fetch(`${url}/data/${variant}`, { headers })
  expect([data.status, data.url]).toEqual([200, `${url}/sandbox/${variant}/__dev/data`])
})
