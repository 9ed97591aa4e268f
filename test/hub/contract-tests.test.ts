import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { createHub } from '../../src/hub/app.ts'

const responses = { 200: { description: 'Done' }, 401: { description: 'Unknown' } }
const read = (...names: string[]) => ({
  get: { responses, security: [Object.fromEntries(names.map((name) => [name, []]))] },
})
const document = {
  openapi: '3.1.0',
  info: { title: 'Acme', version: '1' },
  paths: { '/a': read('key', 'login'), '/b': read('certificate', 'basic') },
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'query', name: 'api_key' },
      login: { type: 'http', scheme: 'bearer' },
      basic: { type: 'http', scheme: 'basic' },
      certificate: { type: 'mutualTLS' },
      unused: { type: 'apiKey', in: 'header', name: 'X-Unused' },
    },
  },
}

async function openHub() {
  const folder = await mkdtemp(join(tmpdir(), 'contract tests-'))
  const file = join(folder, 'openapi.json')
  await writeFile(file, JSON.stringify(document))
  const acme = contractApi('acme', await loadContractFile(pathToFileURL(file)))
  const hub = createHub({
    catalog: createCatalog([acme, builtInApi('bkend')]),
    ...{ host: 'localhost', log: () => {} },
  })
  onTestFinished(async () => {
    await hub.close()
    await rm(folder, { recursive: true })
  })
  const textOf = async (path: string) => (await hub.fetch(new Request(`http://localhost:4000${path}`))).text()
  return { hub, textOf }
}

it('names the file of an own contract and its credentials in the command that runs its tests', async () => {
  const { textOf } = await openHub()
  const text = (await textOf('/tests/acme'))
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
  expect(text).toMatch(
    /npx auth-contracts test --contract 'acme=[^']*contract tests-\w+\/openapi\.json' --url http:\/\/localhost:4000\/mock\/acme/,
  )
  expect(text).toContain('<code>key</code> as credentials.key in the hooks')
  expect(text).toContain(
    "<code>login</code> with --header 'Authorization: Bearer …', or as credentials.login",
  )
  expect(text).toContain('name="credential basic"')
  expect(text).not.toMatch(/credential (?:unused|certificate)/)
})

it('asks for no credentials of a built-in API, for which the tests know how to get them', async () => {
  const { textOf } = await openHub()
  const text = await textOf('/tests/bkend')
  expect(text).toContain('npx auth-contracts test bkend --url ')
  expect(text).not.toContain('name="credential')
})

it('runs with the credentials that it is given, and rejects others than texts', async () => {
  const { hub } = await openHub()
  const send = (body: object) =>
    hub.fetch(
      new Request('http://localhost:4000/tests/acme', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'http://localhost:4000' },
        body: JSON.stringify(body),
      }),
    )
  expect(await (await send({ credentials: ['k'] })).json()).toMatchObject({
    detail: 'credentials must be an object of texts, by security scheme.',
  })
  expect((await send({ credentials: { key: 'k' } })).status).toBe(202)
})
