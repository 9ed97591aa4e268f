import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { variantNames } from '../../generated/index.ts'
import { defaultServerPath, mockPath } from '../../src/catalog/api.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { createHub } from '../../src/hub/app.ts'
import { demoNames, guidedNames, servedNames } from '../support/served.ts'

const hub = createHub({ host: '127.0.0.1', log: () => {} })
const request = async (path: string, init: RequestInit = {}) =>
  hub.fetch(new Request(`http://localhost:4000${path}`, init))
const first = variantNames[0]
const [served] = servedNames
const [guided = served] = guidedNames

describe('the home page', () => {
  it('lists every API with its base URL and links', async () => {
    const page = await (await request('/')).text()
    for (const variant of variantNames) {
      expect(page).toContain(`<code>http://localhost:4000${mockPath(builtInApi(variant))}</code>`)
      expect(page).toContain(`href="/docs/${variant}/"`)
      expect(page).toContain(`href="/contracts/${variant}/openapi.yaml"`)
    }
  })

  it('shows URLs with the origin of the request', async () => {
    const page = await (await hub.fetch(new Request('http://127.0.0.1:8080/'))).text()
    expect(page).toContain(`<code>http://127.0.0.1:8080/mock/${served}</code>`)
  })

  it('forbids all external resources by policy', async () => {
    const response = await request('/')
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/https?:|unsafe/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('mocks and contracts in the hub', () => {
  it.each(variantNames)('serves the mock of %s below /mock', async (variant) => {
    const response = await request(`/mock/${variant}/nothing-here`)
    expect(response.status).toBe(404)
    expect((await response.json()).available[0]).toMatch(new RegExp(`^[A-Z]+ /mock/${variant}/`))
  })

  it.each(variantNames)(
    'offers the contract of %s in four equivalent files to pages of any origin',
    async (variant) => {
      const texts = ['openapi.json', 'openapi.yaml', 'openapi-3.0.json', 'openapi-3.0.yaml'].map(
        async (file) => {
          const response = await request(`/contracts/${variant}/${file}`)
          expect(response.headers.get('content-type')).toMatch(
            file.endsWith('json') ? /^application\/json/ : /^application\/yaml/,
          )
          // Viewers on other origins load contracts, too.
          expect(response.headers.get('access-control-allow-origin')).toBe('*')
          return response.text()
        },
      )
      const [json, yaml, olderJson, olderYaml] = await Promise.all(texts)
      for (const version of ['1.1', '1.2'] as const) {
        expect(parse(yaml ?? '', { version })).toEqual(JSON.parse(json ?? ''))
        expect(parse(olderYaml ?? '', { version })).toEqual(JSON.parse(olderJson ?? ''))
      }
      expect([JSON.parse(json ?? '').openapi, JSON.parse(olderJson ?? '').openapi]).toEqual([
        '3.1.0',
        expect.stringMatching(/^3\.0/),
      ])
    },
  )
})

describe('the collections and the changelog of a contract', () => {
  it.each(variantNames)(
    'names the API at the requested origin in both collections of %s',
    async (variant) => {
      for (const file of ['postman.json', 'bruno.json']) {
        const response = await hub.fetch(new Request(`http://127.0.0.1:8080/contracts/${variant}/${file}`))
        expect(response.headers.get('content-type')).toMatch(/^application\/json/)
        const text = await response.text()
        expect(text).toContain(`"http://127.0.0.1:8080${defaultServerPath(builtInApi(variant))}"`)
        expect(text).not.toContain('localhost:4000')
      }
    },
  )

  it.each(servedNames)('shows the changelog of %s as text', async (variant) => {
    const response = await request(`/contracts/${variant}/CHANGELOG.md`)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await response.text()).toMatch(/^# Changelog of the /)
  })

  it('links them on the home page and in the reference', async () => {
    const [home, reference] = [await request('/'), await request(`/docs/${served}/`)]
    for (const page of [await home.text(), await reference.text()])
      for (const file of ['CHANGELOG.md', 'postman.json', 'bruno.json'])
        expect(page.includes(`href="/contracts/${served}/${file}"`)).toBe(true)
  })
})

describe('the servers of a contract', () => {
  const serverUrls = (origin: string) => [`${origin}/mock/${served}`, `${origin}/sandbox/${served}`]
  const from = async (origin: string, path: string) =>
    (await hub.fetch(new Request(`${origin}${path}`))).text()

  it.each(['openapi.json', 'openapi.yaml', 'openapi-3.0.json', 'openapi-3.0.yaml'])(
    'lists mock and sandbox in %s, with the origin of the request',
    async (file) => {
      for (const origin of ['http://localhost:4000', 'http://127.0.0.1:8080']) {
        const { servers } = parse(await from(origin, `/contracts/${served}/${file}`))
        expect(servers.map(({ url }: { url: string }) => url)).toEqual(serverUrls(origin))
      }
    },
  )

  it('lists the same URLs in the reference', async () => {
    for (const origin of ['http://localhost:4000', 'http://127.0.0.1:8080']) {
      const page = await from(origin, `/docs/${served}/`)
      for (const url of serverUrls(origin)) expect(page.includes(`>${url}<`)).toBe(true)
      expect(page.includes('hub.invalid')).toBe(false)
    }
  })
})

describe('base URLs opened in a browser', () => {
  const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  it.each(['', '/'])('redirects /mock/<name>%s to the card on the home page', async (slash) => {
    const response = await request(`/mock/${first}${slash}`, { headers })
    expect([response.status, response.headers.get('location')]).toEqual([302, `/#${first}`])
    expect(await (await request('/')).text()).toContain(`id="${first}"`)
  })

  it.each(['', '/'])('redirects /sandbox/<name>%s to the pages of the sandbox', async (slash) => {
    const response = await request(`/sandbox/${served}${slash}`, { headers })
    expect([response.status, response.headers.get('location')]).toEqual([302, `/sandbox/${served}/__dev/`])
    const page = await (await request(`/sandbox/${served}/__dev/`, { headers })).text()
    for (const link of ['/', `/docs/${served}/`, `/sandbox/${served}/__dev/seed`])
      expect(page).toContain(`href="${link}"`)
  })

  it('returns errors below the base URLs in the format of the contract', async () => {
    expect((await request(`/mock/${first}/nothing-here`, { headers })).status).toBe(404)
    expect((await request(`/sandbox/${served}/nothing-here`, { headers })).status).toBe(404)
  })
})

it('serves the reference and the contract of the development controls, for all sandboxes', async () => {
  const redirect = await request('/docs/controls')
  expect([redirect.status, redirect.headers.get('location')]).toEqual([302, '/docs/controls/'])
  const page = await (await request('/docs/controls/')).text()
  for (const text of ['href="/contracts/controls/openapi.json"', 'http://localhost:4000/sandbox/'])
    expect([text, page.includes(text)]).toEqual([text, true])
  const json = await (await request('/contracts/controls/openapi.json')).json()
  expect(json.servers.map(({ url }: { url: string }) => url)).toEqual(
    servedNames.map((variant) => `http://localhost:4000/sandbox/${variant}`),
  )
  expect(parse(await (await request('/contracts/controls/openapi.yaml')).text())).toEqual(json)
  expect((await request('/contracts/controls/postman.json')).status).toBe(404)
})

it.each([
  ['console', first],
  ['control', served],
  ['data', served],
  ['demo', demoNames[0]],
  ['tests', first],
  ['upstream', first],
])(
  'redirects /%s to the page of the first API that has it, %s, and removes slashes at the end',
  async (page, api) => {
    const targetOf = async (path: string) => (await request(path)).headers.get('location')
    expect(await targetOf(`/${page}`)).toBe(`/${page}/${api}`)
    expect(await targetOf(`/${page}/`)).toBe(`/${page}/${api}`)
    expect(await targetOf(`/${page}/openfactory/?a=b`)).toBe(`/${page}/openfactory?a=b`)
    expect((await request(`/${page}/unknown/`)).status).toBe(404)
  },
)

describe('unknown paths in the hub', () => {
  it.each([
    '/mock/unknown/v1',
    '/docs/unknown/',
    `/docs/${first}/xx/`,
    '/docs/unknown/ko/',
    '/contracts/unknown/openapi.json',
    `/contracts/${first}/openapi.xml`,
    '/nothing',
  ])('responds to %s with 404 and the available paths', async (path) => {
    const response = await request(path)
    expect(response.status).toBe(404)
    const { detail, available } = await response.json()
    expect(detail).toContain(variantNames.join(', '))
    expect(available).toEqual(expect.arrayContaining(['/', '/healthz', '/docs/', `/mock/${first}/*`]))
  })

  it('suggests only guides and journeys that exist', async () => {
    const { available } = (await (await request('/nothing')).json()) as { available: string[] }
    const pages = available.filter((path) => /\/(guides|journeys)\/$/.test(path))
    expect(pages).toContain(`/docs/${guided}/guides/`)
    for (const page of pages) expect([page, (await request(page)).status]).toEqual([page, 200])
  })

  it('shows browsers a page with links that work', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const response = await request(`/docs/${guided}/guides/no-<b>-guide/`, { headers })
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8'])
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    const page = await response.text()
    expect(page).toContain(`<code>/docs/${guided}/guides/no-%3Cb%3E-guide/</code>`)
    const links = [...page.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => href)
    expect(links).toEqual(expect.arrayContaining(['/', '/docs/', '/search', `/docs/${guided}/guides/`]))
    for (const link of links) expect([link, (await request(link, { headers })).status]).toEqual([link, 200])
  })

  it.each([
    '/docs/%00',
    '/docs/%00/',
    '/docs/%0d%0ax',
    '/contracts/%00/openapi.json',
    '/mock/%ff/v1',
    '/sandbox/%00/',
  ])('responds to the unusual path %s with 404', async (path) => {
    expect((await request(path)).status).toBe(404)
  })

  it('allows CORS on the 404 response of an unknown API', async () => {
    const response = await request('/mock/unknown/v1', { headers: { origin: 'http://localhost:5173' } })
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
  })
})

describe('the Host header of the hub', () => {
  const from = async (name: string, host = '127.0.0.1') =>
    (await createHub({ host }).fetch(new Request('http://localhost/healthz', { headers: { host: name } })))
      .status

  it.each(['localhost', 'localhost:4000', 'LOCALHOST', '127.0.0.1:4000', '[::1]:4000'])(
    'accepts the host name %s',
    async (name) => {
      expect(await from(name)).toBe(200)
    },
  )

  it.each([
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.168.1.5',
    '',
  ])('rejects the host name "%s"', async (name) => {
    expect(await from(name)).toBe(421)
  })

  it('accepts further host names, and its rejection says how to add one', async () => {
    const options = { host: '127.0.0.1', allowedHosts: ['*.tunnel.example'] }
    const ask = (host: string) =>
      createHub(options).fetch(new Request('http://localhost/healthz', { headers: { host } }))
    expect((await ask('a.tunnel.example')).status).toBe(200)
    expect((await (await ask('auth')).json()).detail).toContain('--allow-host auth')
  })

  it('accepts the host name that the server was started with', async () => {
    expect(await from('box.local:4000', 'box.local')).toBe(200)
  })

  it('accepts any IP address, but no other name, when the server listens on all interfaces', async () => {
    expect(await from('192.168.1.5:4000', '0.0.0.0')).toBe(200)
    expect(await from('[fe80::1]:4000', '::')).toBe(200)
    expect(await from('evil.example', '0.0.0.0')).toBe(421)
  })
})

it('responds to /healthz with the status ok', async () => {
  expect(await (await request('/healthz')).json()).toEqual({ status: 'ok' })
})
