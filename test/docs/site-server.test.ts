import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { buildSite } from '../../src/docs/site.ts'
import type { Document } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { acmeApi } from '../support/acme.ts'

const acme = 'https://api.acme.example/auth/v2'
const bkend = 'https://bkend.example/api'

describe('a static site about servers', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auth-contracts-site-'))
    const catalog = createCatalog([await acmeApi('acme'), builtInApi('bkend')])
    await buildSite(folder, catalog, new Map(Object.entries({ acme, bkend })))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const read = (...path: string[]) => readFile(join(folder, ...path), 'utf8')
  const documentOf = async (...path: string[]): Promise<Document> =>
    JSON.parse(/^const contract = (.+)$/m.exec(await read(...path, 'index.html'))?.[1] ?? '')

  it.each([
    [['acme'], acme],
    [['bkend'], bkend],
    [['bkend', 'ko'], bkend],
  ])('shows only the server in the reference %j, and calls it in its code', async (path, server) => {
    const document = await documentOf(...path)
    expect(document.servers).toEqual([{ url: server }])
    expect(document.info.description ?? '').not.toContain('npx auth-contracts')
    const code = endpointsOf(document).flatMap(({ operation }) => operation['x-codeSamples'] ?? [])
    expect(code.length).toBeGreaterThan(8)
    for (const { source } of code) expect(source).toContain(server)
  })

  it('calls the server in the texts of operations, with placeholders for keys', async () => {
    const texts = await Promise.all(
      ['acme', 'bkend'].flatMap(async (name) =>
        Promise.all(
          (await readdir(join(folder, name, 'operations'))).map((file) => read(name, 'operations', file)),
        ),
      ),
    )
    for (const [index, server] of [acme, bkend].entries())
      for (const text of texts[index] ?? []) {
        expect(text).toContain(server)
        expect(text).not.toContain('localhost')
      }
    expect(await read('bkend', 'operations', 'signIn.md')).toContain('YOUR_PUBLISHABLE_KEY')
    expect(await read('llms-full.txt')).toContain(`${acme}/token`)
  })

  it('names the server in the downloads', async () => {
    for (const file of ['postman.json', 'bruno.json']) {
      expect(await read('acme', file)).toContain(`"value": "${acme}"`)
      expect(await read('bkend', file)).toContain(`"value": "${bkend}"`)
    }
    expect(JSON.parse(await read('bkend', 'openapi-3.0.json')).servers).toEqual([{ url: bkend }])
    expect(await read('bkend', 'CHANGELOG.md')).toContain('# ')
  })

  it('keeps the guides and journeys about the sandbox', async () => {
    const sandbox = 'http://localhost:4000/sandbox/bkend'
    expect(await read('bkend', 'guides', 'email-sign-in.md')).toContain(sandbox)
    expect(await read('bkend', 'journeys', 'index.html')).toContain(sandbox)
  })
})
