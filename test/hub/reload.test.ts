import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { createHub } from '../../src/hub/app.ts'
import { temporaryFolder } from '../cli/child.ts'

/** Returns a contract with one operation. */
const contractOf = (id: string, type = 'integer') => `openapi: 3.1.0
info: { title: Acme ${id}, version: 1.0.0 }
paths:
  /thing:
    get:
      operationId: ${id}
      responses:
        '200':
          description: OK
          content: { application/json: { schema: { type: ${type} }, example: 1 } }
`

async function openHub() {
  const file = join(await temporaryFolder(), 'acme.yaml')
  const load = async (text: string) => {
    await writeFile(file, text)
    return createCatalog([contractApi('acme', await loadContractFile(file)), builtInApi('bedrud')])
  }
  const hub = createHub({ catalog: await load(contractOf('readThing')), host: 'localhost', log: () => {} })
  onTestFinished(() => hub.close())
  const send = (path: string, init?: RequestInit) =>
    hub.fetch(new Request(`http://localhost:4000${path}`, init))
  const textOf = async (path: string) => (await send(path)).text()
  const jsonOf = async (path: string) => (await send(path)).json()
  return { hub, send, textOf, jsonOf, load, file }
}

const credentials = { email: 'mary.major@example.com', password: 'harbour lights at nine' }
const signIn: RequestInit = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(credentials),
}

describe('a hub whose contract has changed', () => {
  it.each([
    ['the reference', '/docs/acme/'],
    ['the texts for AI tools', '/llms-full.txt'],
    ['the download', '/contracts/acme/openapi.json'],
    ['the collection', '/contracts/acme/postman.json'],
    ['the search', '/search.json?q=fetchThing'],
    ['the console', '/console/acme'],
    ['the state of the upstream', '/upstream/acme.json'],
    ['the home page', '/'],
  ])('shows the new version in %s', async (_, path) => {
    const { hub, textOf, load } = await openHub()
    const shown = /(?<!query":")fetchThing/
    expect(await textOf(path)).not.toMatch(shown)
    hub.setCatalog(await load(contractOf('fetchThing')))
    expect(await textOf(path)).toMatch(shown)
  })

  it('answers with the new mock', async () => {
    const { hub, jsonOf, load } = await openHub()
    expect(await jsonOf('/mock/acme/thing')).toBe(1)
    hub.setCatalog(await load(contractOf('readThing').replace('example: 1', 'example: 2')))
    expect(await jsonOf('/mock/acme/thing')).toBe(2)
  })

  it('tells AI tools about the new version', async () => {
    const { hub, send, load } = await openHub()
    hub.setCatalog(await load(contractOf('fetchThing')))
    const response = await send('/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
        params: { name: 'list_operations', arguments: { variant: 'acme' } },
      }),
    })
    expect(await response.text()).toContain('fetchThing')
  })

  it('keeps the sandboxes, and the upstream of the API', async () => {
    const { hub, send, jsonOf, load } = await openHub()
    const { access_token: token, accessToken = token } = await (
      await send('/sandbox/bedrud/api/auth/login', signIn)
    ).json()
    hub.setUpstream('acme', 'http://localhost:1')
    hub.setCatalog(await load(contractOf('fetchThing')))
    const headers = { authorization: `Bearer ${accessToken}` }
    expect((await send('/sandbox/bedrud/api/auth/me', { headers })).status).toBe(200)
    expect(await jsonOf('/upstream/acme.json')).toMatchObject({ url: 'http://localhost:1' })
  })

  it('keeps the log of requests, and judges it by the new version', async () => {
    const { hub, send, jsonOf, load } = await openHub()
    await send('/mock/acme/thing')
    const before = await jsonOf('/requests.json')
    expect(before.requests).toMatchObject([{ operationId: 'readThing', verdict: 'ok' }])
    hub.setCatalog(await load(contractOf('fetchThing', 'string').replace('example: 1', 'example: a')))
    const { requests } = await jsonOf('/requests.json')
    expect(requests).toMatchObject([{ id: before.requests[0].id, operationId: 'fetchThing' }])
    expect(requests[0].verdict).not.toBe('ok')
  })

  it('judges by the version that it serves, not by a file that was saved half', async () => {
    const { send, jsonOf, file } = await openHub()
    await writeFile(file, 'openapi: [')
    await send('/mock/acme/thing')
    expect((await jsonOf('/requests.json')).requests).toMatchObject([{ verdict: 'ok' }])
  })

  it('judges a request that arrived before the change by the new version', async () => {
    const { hub, send, jsonOf, load } = await openHub()
    const upstream = createServer(async (_, response) => {
      hub.setCatalog(await load(contractOf('fetchThing')))
      response.writeHead(200, { 'content-type': 'application/json' }).end('1')
    })
    await once(upstream.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void upstream.close())
    const { port } = upstream.address() as AddressInfo
    hub.setUpstream('acme', `http://127.0.0.1:${port}`)
    await send('/mock/acme/thing')
    const { requests } = await jsonOf('/requests.json')
    expect(requests).toMatchObject([{ operationId: 'fetchThing', answeredBy: 'upstream' }])
  })

  it.each(['/', '/docs/acme/', '/console/acme'])(
    'tells a page that it began to write before the change: %s',
    async (path) => {
      const { hub, send, textOf, load } = await openHub()
      const next = await load(contractOf('fetchThing'))
      const before = textOf(path)
      hub.setCatalog(next)
      const reader = (await send('/contracts/events')).body?.pipeThrough(new TextDecoderStream()).getReader()
      const version = /data: (.+)/.exec((await reader?.read())?.value ?? '')?.[1] ?? ''
      const page = await before
      expect(page.includes(version)).toBe(page.includes('fetchThing'))
      await reader?.cancel()
    },
  )

  it('serves the APIs that were added, and no others', async () => {
    const { hub, send } = await openHub()
    hub.setCatalog(createCatalog([builtInApi('bkend')]))
    expect((await send('/docs/bkend/ko/')).status).toBe(200)
    expect((await send('/docs/acme/')).status).toBe(404)
    expect((await send('/mock/acme/thing')).status).toBe(404)
  })

  it('tells open pages', async () => {
    const { hub, send, textOf, load } = await openHub()
    const reader = (await send('/contracts/events')).body?.pipeThrough(new TextDecoderStream()).getReader()
    const next = async () => /data: (.+)/.exec((await reader?.read())?.value ?? '')?.[1] ?? ''
    const version = await next()
    for (const path of ['/', '/docs/acme/', '/console/acme']) expect(await textOf(path)).toContain(version)
    expect(await textOf('/docs/bedrud/')).not.toContain('/contracts/events')
    hub.setCatalog(await load(contractOf('fetchThing')))
    expect(await next()).not.toBe(version)
    await reader?.cancel()
  })
})
