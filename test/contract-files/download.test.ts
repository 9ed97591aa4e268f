import dns from 'node:dns/promises'
import { writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { temporaryFolder } from '../cli/child.ts'

/** The IP addresses of host names, instead of those in DNS. */
const hosts: Record<string, string[]> = {
  'public.example': ['203.0.113.5'],
  'private.example': ['10.0.0.1', 'fd00::1'],
  'mixed.example': ['203.0.113.5', '127.0.0.1'],
  'unknown.example': [],
  'nat64.example': ['64:ff9b::cb00:7105'],
}
const { lookup } = dns
beforeAll(() => {
  const stub = async (host: string) =>
    hosts[host]?.map((address) => ({ address })) ?? lookup(host, { all: true })
  Object.assign(dns, { lookup: stub })
  syncBuiltinESMExports()
})
afterAll(() => {
  Object.assign(dns, { lookup })
  syncBuiltinESMExports()
})

/** Replaces the network by some responses. The IP addresses are those for documentation (RFC 5737). */
function serve(responses: Record<string, string | (() => Response)>) {
  const requested: string[] = []
  vi.stubGlobal('fetch', async (url: URL) => {
    requested.push(url.href)
    const found = responses[url.href]
    if (found === undefined) throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })
    return typeof found === 'string' ? new Response(found) : found()
  })
  return requested
}

const root = 'https://203.0.113.5/openapi.yaml'
const referringTo = (reference: string) => `openapi: 3.1.0
info: { title: T, version: 1.0.0 }
paths:
  /a:
    get:
      responses:
        '200': { description: OK, content: { application/json: { schema: { $ref: '${reference}' } } } }
`
const redirect = (location: string) => () => new Response(null, { status: 302, headers: { location } })

describe('a contract from the network', () => {
  it.each([
    ['http://203.0.113.5/a.yaml', 'A contract from https can only refer to https.'],
    ...[
      'https://127.0.0.1/a.yaml',
      'https://localhost:8443/a.yaml',
      'https://169.254.169.254/latest',
      'https://10.1.2.3/a.yaml',
      'https://[::1]/a.yaml',
      'https://[::ffff:192.168.0.1]/a.yaml',
      'https://192.0.0.8/a.yaml',
      'https://192.88.99.1/a.yaml',
      'https://198.19.0.1/a.yaml',
      'https://224.0.0.1/a.yaml',
      'https://255.255.255.255/a.yaml',
      'https://[::127.0.0.1]/a.yaml',
      'https://[64:ff9b::127.0.0.1]/a.yaml',
      'https://[64:ff9b:1::10.0.0.1]/a.yaml',
      'https://[100::1]/a.yaml',
      'https://[100:0:0:1::1]/a.yaml',
      'https://[2001::1]/a.yaml',
      'https://[2002:7f00:1::]/a.yaml',
      'https://[5f00::1]/a.yaml',
      'https://[fd00::1]/a.yaml',
      'https://[fe80::1]/a.yaml',
      'https://[fec0::1]/a.yaml',
      'https://[ff02::1]/a.yaml',
      'https://mixed.example/a.yaml',
    ].map((url) => [url, 'A contract from a public server cannot refer to a private network.']),
  ])('does not refer to %s', async (reference = '', message) => {
    const requested = serve({ [root]: referringTo(reference) })
    await expect(loadContractFile(root)).rejects.toThrow(
      `${root} leads to ${new URL(reference).href}. ${message} (${root}:7)`,
    )
    expect(requested).toEqual([root])
  })

  it('does not redirect to a private network or to http', async () => {
    serve({ [root]: redirect('https://192.168.1.1/openapi.yaml') })
    await expect(loadContractFile(root)).rejects.toThrow('cannot refer to a private network.')
    serve({ [root]: redirect('http://203.0.113.5/openapi.yaml') })
    await expect(loadContractFile(root)).rejects.toThrow('can only refer to https.')
    serve({ [root]: redirect('file:///etc/passwd') })
    await expect(loadContractFile(root)).rejects.toThrow('which is not an http or https URL.')
  })

  it.each(['mixed', 'nat64', 'unknown'])(
    'does not lead to a private network from a host that can be public: %s',
    async (name) => {
      const url = `https://${name}.example/openapi.yaml`
      const message = 'A contract from a public server cannot refer to a private network.'
      serve({ [url]: referringTo('https://10.0.0.2/a.yaml') })
      await expect(loadContractFile(url)).rejects.toThrow(message)
      serve({ [url]: redirect('https://10.0.0.2/a.yaml') })
      await expect(loadContractFile(url)).rejects.toThrow(message)
    },
  )

  it('refers to private networks if its host is only in those', async () => {
    const url = 'https://private.example/openapi.yaml'
    serve({ [url]: referringTo('https://10.0.0.2/a.yaml'), 'https://10.0.0.2/a.yaml': 'type: object' })
    expect((await loadContractFile(url)).document.components?.schemas).toBeDefined()
  })

  it.each(['https://public.example/a.yaml', 'https://[2606:4700::1111]/a.yaml'])(
    'refers to the public server of %s',
    async (url) => {
      serve({ [root]: referringTo(url), [url]: 'type: object' })
      expect((await loadContractFile(root)).document.components?.schemas).toBeDefined()
    },
  )

  it('refers and redirects to other public servers', async () => {
    serve({
      [root]: redirect('/v2/openapi.yaml'),
      'https://203.0.113.5/v2/openapi.yaml': referringTo('https://198.51.100.7/a.yaml'),
      'https://198.51.100.7/a.yaml': 'type: object',
    })
    expect(Object.values((await loadContractFile(root)).document.components?.schemas ?? {})).toEqual([
      { type: 'object' },
    ])
  })

  it('resolves the references of a redirected file against the URL that served it', async () => {
    const requested = serve({
      [root]: redirect('https://198.51.100.7/v2/dir/openapi.yaml'),
      'https://198.51.100.7/v2/dir/openapi.yaml': referringTo('./r.yaml'),
      'https://198.51.100.7/v2/dir/r.yaml': redirect('/v3/r.yaml'),
      'https://198.51.100.7/v3/r.yaml': "properties: { next: { $ref: 's.yaml#/S' } }",
      'https://198.51.100.7/v3/s.yaml': "S: { properties: { r: { $ref: 'r.yaml' }, s: { $ref: '#/S' } } }",
    })
    const { document } = await loadContractFile(root)
    expect(document.components?.schemas).toEqual({
      r: { properties: { next: { $ref: '#/components/schemas/S' } } },
      S: { properties: { r: { $ref: '#/components/schemas/r' }, s: { $ref: '#/components/schemas/S' } } },
    })
    expect(requested).toEqual([
      root,
      'https://198.51.100.7/v2/dir/openapi.yaml',
      'https://198.51.100.7/v2/dir/r.yaml',
      'https://198.51.100.7/v3/r.yaml',
      'https://198.51.100.7/v3/s.yaml',
    ])
  })

  it('reads a file once that several URLs redirect to', async () => {
    const base = 'https://203.0.113.5'
    serve({
      [root]: referringTo('a.yaml'),
      [`${base}/a.yaml`]: "properties: { b: { $ref: 'b.yaml' }, c: { $ref: 'c.yaml' } }",
      [`${base}/b.yaml`]: redirect('/d.yaml#top'),
      [`${base}/c.yaml`]: redirect('/d.yaml'),
      [`${base}/d.yaml`]: 'type: string',
    })
    const { schemas } = (await loadContractFile(root)).document.components ?? {}
    const { b, c } = schemas?.a?.properties ?? {}
    expect(Object.keys(schemas ?? {})).toHaveLength(2)
    expect(b).toEqual(c)
  })

  it('names files that cannot be downloaded by the URL that was requested', async () => {
    serve({
      [root]: redirect('/v2/openapi.yaml'),
      'https://203.0.113.5/v2/openapi.yaml': referringTo('/a.yaml'),
    })
    await expect(loadContractFile(root)).rejects.toThrow(
      `https://203.0.113.5/a.yaml cannot be downloaded: connect ECONNREFUSED. (${root}:7)`,
    )
  })

  it('judges references by the host that served the file after redirects', async () => {
    const url = 'https://private.example/openapi.yaml'
    serve({ [url]: redirect(root), [root]: referringTo('https://private.example/a.yaml') })
    await expect(loadContractFile(url)).rejects.toThrow(
      `${root} leads to https://private.example/a.yaml. A contract from a public server cannot refer to`,
    )
  })

  it('follows a limited number of redirects', async () => {
    serve({ [root]: redirect(root) })
    await expect(loadContractFile(root)).rejects.toThrow('it redirects more than 5 times.')
  })

  it('has a limited size', async () => {
    const chunk = new Uint8Array(8 * 1024 * 1024).fill(32)
    let sent = 0
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent++
            controller.enqueue(chunk)
          },
        }),
      )
    serve({ [root]: endless })
    await expect(loadContractFile(root)).rejects.toThrow(
      `${root} is too large: the files of a contract may have 64 MiB in all.`,
    )
    expect(sent).toBeLessThan(12)
  })

  it('has a limited number of files', async () => {
    let count = 0
    vi.stubGlobal('fetch', async () => new Response(referringTo(`a${count++}.yaml`)))
    await expect(loadContractFile(root)).rejects.toThrow(/a499\.yaml is one file too many/)
  })
})

it('lets a contract on this machine refer to servers in its network', async () => {
  const file = join(await temporaryFolder(), 'a.yaml')
  await writeFile(file, referringTo('http://127.0.0.1:1/a.yaml'))
  serve({ 'http://127.0.0.1:1/a.yaml': 'type: object' })
  expect((await loadContractFile(file)).document.components?.schemas).toBeDefined()
})
