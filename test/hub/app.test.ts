import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { variantNames } from '../../generated/index.ts'
import { createHub } from '../../src/hub/app.ts'

const hub = createHub({ host: '127.0.0.1', log: () => {} })
const ask = async (path: string, init: RequestInit = {}) =>
  hub.fetch(new Request(`http://localhost:4000${path}`, init))
const first = variantNames[0]

describe('the home page', () => {
  it('lists every API with its base URL, its first request and its links', async () => {
    const page = await (await ask('/')).text()
    for (const variant of variantNames) {
      expect(page).toContain(`<code>http://localhost:4000/mock/${variant}</code>`)
      expect(page).toContain(`href="/docs/${variant}/"`)
      expect(page).toContain(`href="/contracts/${variant}/openapi.yaml"`)
    }
  })

  it('is built on the address that the reader came by', async () => {
    const page = await (await hub.fetch(new Request('http://127.0.0.1:8080/'))).text()
    expect(page).toContain(`<code>http://127.0.0.1:8080/mock/${first}</code>`)
  })

  it('may load nothing from anywhere', async () => {
    const answer = await ask('/')
    const policy = answer.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/https?:|unsafe/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('every API', () => {
  it.each(variantNames)('%s has its mock below /mock', async (variant) => {
    const answer = await ask(`/mock/${variant}/nothing-here`)
    expect(answer.status).toBe(404)
    expect((await answer.json()).available[0]).toMatch(new RegExp(`^[A-Z]+ /mock/${variant}/`))
  })

  it.each(variantNames)('%s can be downloaded in four forms that agree', async (variant) => {
    const texts = ['openapi.json', 'openapi.yaml', 'openapi-3.0.json', 'openapi-3.0.yaml'].map(
      async (file) => {
        const answer = await ask(`/contracts/${variant}/${file}`)
        expect(answer.headers.get('content-type')).toMatch(
          file.endsWith('json') ? /^application\/json/ : /^application\/yaml/,
        )
        return answer.text()
      },
    )
    const [json, yaml, olderJson, olderYaml] = await Promise.all(texts)
    expect(parse(yaml ?? '')).toEqual(JSON.parse(json ?? ''))
    expect(parse(olderYaml ?? '')).toEqual(JSON.parse(olderJson ?? ''))
    expect([JSON.parse(json ?? '').openapi, JSON.parse(olderJson ?? '').openapi]).toEqual([
      '3.1.1',
      expect.stringMatching(/^3\.0/),
    ])
  })
})

describe('the servers of a contract', () => {
  const addresses = (origin: string) => [`${origin}/mock/${first}`, `${origin}/sandbox/${first}`]
  const from = async (origin: string, path: string) =>
    (await hub.fetch(new Request(`${origin}${path}`))).text()

  it.each(['openapi.json', 'openapi.yaml', 'openapi-3.0.json', 'openapi-3.0.yaml'])(
    'in %s are mock and sandbox, at the address that the reader came by',
    async (file) => {
      for (const origin of ['http://localhost:4000', 'http://127.0.0.1:8080']) {
        const { servers } = parse(await from(origin, `/contracts/${first}/${file}`))
        expect(servers.map(({ url }: { url: string }) => url)).toEqual(addresses(origin))
      }
    },
  )

  it('in the reference are the same', async () => {
    for (const origin of ['http://localhost:4000', 'http://127.0.0.1:8080']) {
      const page = await from(origin, `/docs/${first}/`)
      for (const address of addresses(origin)) expect(page.includes(`>${address}<`)).toBe(true)
      expect(page.includes('hub.invalid')).toBe(false)
    }
  })
})

describe('a browser', () => {
  const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  it.each(['', '/'])('that asks for the base of a mock%s is led to its card', async (end) => {
    const answer = await ask(`/mock/${first}${end}`, { headers })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `/#${first}`])
    expect(await (await ask('/')).text()).toContain(`id="${first}"`)
  })

  it.each(['', '/'])('that asks for the base of a sandbox%s is led to its pages', async (end) => {
    const answer = await ask(`/sandbox/${first}${end}`, { headers })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `/sandbox/${first}/__dev/`])
    const page = await (await ask(`/sandbox/${first}/__dev/`, { headers })).text()
    for (const link of [`/#${first}`, `/docs/${first}/`, `/sandbox/${first}/__dev/seed`])
      expect(page).toContain(`href="${link}"`)
  })

  it('gets the contract’s own refusals below them', async () => {
    expect((await ask(`/mock/${first}/nothing-here`, { headers })).status).toBe(404)
    expect((await ask(`/sandbox/${first}/nothing-here`, { headers })).status).toBe(404)
  })
})

describe('an unknown', () => {
  it.each([
    '/mock/nobody/v1',
    '/docs/nobody/',
    '/contracts/nobody/openapi.json',
    `/contracts/${first}/openapi.xml`,
    '/nothing',
  ])('path %s is answered with what exists', async (path) => {
    const answer = await ask(path)
    expect(answer.status).toBe(404)
    const { detail, available } = await answer.json()
    expect(detail).toContain(variantNames.join(', '))
    expect(available).toEqual(expect.arrayContaining(['/', '/healthz', '/docs/', `/mock/${first}/*`]))
  })

  it('API is readable for a page of another origin', async () => {
    const answer = await ask('/mock/nobody/v1', { headers: { origin: 'http://localhost:5173' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
  })
})

describe('the Host header', () => {
  const from = async (name: string, host = '127.0.0.1') =>
    (await createHub({ host }).fetch(new Request('http://localhost/healthz', { headers: { host: name } })))
      .status

  it.each(['localhost', 'localhost:4000', 'LOCALHOST', '127.0.0.1:4000', '[::1]:4000'])(
    'may be %s',
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
  ])('may not be "%s"', async (name) => {
    expect(await from(name)).toBe(421)
  })

  it('may be the name that the server was started with', async () => {
    expect(await from('box.local:4000', 'box.local')).toBe(200)
  })

  it('may be any address, but no name, when the server listens everywhere', async () => {
    expect(await from('192.168.1.5:4000', '0.0.0.0')).toBe(200)
    expect(await from('[fe80::1]:4000', '::')).toBe(200)
    expect(await from('evil.example', '0.0.0.0')).toBe(421)
  })
})

it('health is told in one word', async () => {
  expect(await (await ask('/healthz')).json()).toEqual({ status: 'ok' })
})
