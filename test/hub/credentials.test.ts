import { beforeAll, describe, expect, it } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { renderBruno } from '../../src/codegen/bruno.ts'
import { createCollection } from '../../src/codegen/collection.ts'
import { renderPostman } from '../../src/codegen/postman.ts'
import { createContract } from '../../src/conformance/contract/contract.ts'
import { testConformance } from '../../src/conformance/index.ts'
import type { ContractFile } from '../../src/contract-files/load.ts'
import { consoleContract } from '../../src/hub/console/contract.ts'
import { operationRequest } from '../../src/mcp/sandbox-call.ts'
import { createMock, type Mock } from '../../src/mock/mock.ts'
import { exampleRequest } from '../../src/openapi/example-request.ts'
import { requestMessage } from '../../src/openapi/http-message.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { listen } from '../../src/server/listen.ts'
import { generateCode, type LanguageId } from '../../src/snippets/index.ts'
import { type PostmanCollection, runPostman } from '../codegen/collection-runner.ts'
import { runnerOf } from '../snippets/runners.ts'
import { document, requirements } from '../support/credential-kinds.ts'

const api = contractApi('kinds', { url: new URL('file:///kinds.json'), document } as ContractFile)

let mock: Mock
beforeAll(async () => {
  mock = await createMock(document, { log: () => {} })
})

/** Serves the mock while something sends requests, and returns the operations whose requests it received. */
async function received(send: (url: string) => Promise<unknown>) {
  const accepted = new Set<string>()
  const rejected = new Set<string>()
  const { url, close } = await listen(
    async (request) => {
      const { pathname, search } = new URL(request.url)
      const path = pathname.replace(/^\/mock\/kinds/, '')
      const response = await mock.fetch(new Request(`http://mock.test${path}${search}`, request))
      ;(response.status === 401 ? rejected : accepted).add(path.slice(1))
      return response
    },
    { host: '127.0.0.1', port: 0 },
  )
  await send(`${url}/mock/kinds`).finally(close)
  return { accepted: [...accepted], rejected: [...rejected] }
}

const input = { document, variant: 'kinds' }

const everyOperation = { accepted: Object.keys(requirements), rejected: [] }

async function sendCollection(url: string): Promise<void> {
  const collection = renderPostman(createCollection(document, url)) as PostmanCollection
  await runPostman(collection, { publicUrl: url, fetch: (request) => fetch(request) })
}

async function sendMessages(url: string): Promise<void> {
  for (const endpoint of endpointsOf(document)) {
    const message = requestMessage(document, endpoint.operation, exampleRequest(document, endpoint))
    const [start = '', ...fields] = message.split('\n')
    const headers = fields.map((field) => field.split(': ') as [string, string])
    await fetch(url + start.split(' ')[1], { headers })
  }
}

async function sendToolCalls(url: string): Promise<void> {
  const context = { catalog: createCatalog([api]), origin: new URL(url).origin, fetch }
  for (const operationId of Object.keys(requirements))
    await fetch(operationRequest(context, api, document, { operationId }))
}

const sendCode =
  (lang: LanguageId, isSent = (_operationId: string) => true) =>
  async (url: string): Promise<void> => {
    const run = runnerOf(lang, { usesStandIn: true })
    const codes = Object.keys(requirements)
      .filter(isSent)
      .map((operationId) => generateCode({ ...input, operationId, lang, baseUrl: url }).code)
    // Starting a shell costs more than its commands.
    for (const code of lang === 'curl' ? [codes.join('\n')] : codes) {
      const names = [...code.matchAll(/os\.environ\["(\w+)"\]|export (\w+)=/g)]
      const secrets = Object.fromEntries(names.map(([, name, other = '']) => [name ?? other, 'example']))
      await run(code.replace(/^import type .*$/m, ''), secrets)
    }
  }

describe('the mock with credentials of every kind of security scheme', () => {
  it.each<[string, (url: string) => Promise<void>]>([
    ['a Postman collection', sendCollection],
    ['the messages of the reference', sendMessages],
    ['the calls of AI tools', sendToolCalls],
    ['code with fetch', sendCode('fetch')],
    ['code with curl', sendCode('curl')],
    ['code with Python', sendCode('python')],
  ])('accepts those of %s', async (_, send) => {
    expect(await received(send)).toEqual(everyOperation)
  })

  it('accepts those of code with the client, whose cookies a browser sends', async () => {
    const hasCookie = (operationId: string) =>
      requirements[operationId]?.some((each) => 'cookie' in each || 'device' in each) ?? false
    const send = sendCode('client', (operationId) => !hasCookie(operationId))
    expect(await received(send)).toEqual({
      accepted: everyOperation.accepted.filter((id) => !hasCookie(id)),
      rejected: [],
    })
  })

  it('accepts those of the contract tests', async () => {
    const contract = createContract('kinds', document, JSON.stringify(document))
    const run = (url: string) => testConformance({ contract, url, packs: ['cases'] })
    // The first requests of a run have no credentials.
    const { accepted } = await received(run)
    expect(accepted).toEqual(expect.arrayContaining(everyOperation.accepted))
  })
})

describe('an API client', () => {
  const collection = createCollection(document, 'http://localhost:4000')

  it('shows tokens, user names and passwords as authorization in Postman', () => {
    const { item } = renderPostman(collection) as PostmanCollection
    const authOf = (wanted: string) =>
      item.find(({ request }) => request.url.path[0] === wanted)?.request.auth
    expect(authOf('bearer')).toEqual({
      type: 'bearer',
      bearer: [{ key: 'token', value: '{{bearer}}', type: 'string' }],
    })
    expect(authOf('basic')).toEqual({
      type: 'basic',
      basic: [
        { key: 'username', value: '{{basicUsername}}', type: 'string' },
        { key: 'password', value: '{{basicPassword}}', type: 'string' },
      ],
    })
    expect(authOf('digest')).toBeUndefined()
  })

  it('shows them in Bruno, and keeps the variables in queries', () => {
    const request = (seq: number, more: object) =>
      expect.objectContaining({ seq, request: expect.objectContaining(more) })
    const seqOf = (id: string) => Object.keys(requirements).indexOf(id) + 1
    expect(renderBruno(collection)).toMatchObject({
      items: expect.arrayContaining([
        request(seqOf('bearer'), { auth: { mode: 'bearer', bearer: { token: '{{bearer}}' } } }),
        request(seqOf('basic'), {
          auth: { mode: 'basic', basic: { username: '{{basicUsername}}', password: '{{basicPassword}}' } },
        }),
        request(seqOf('queryKey'), {
          url: '{{baseUrl}}/queryKey?api_key={{queryKey}}',
          auth: { mode: 'none' },
        }),
      ]),
    })
  })
})

it('tells the console where credentials of every kind are sent', () => {
  const { schemes, operations } = consoleContract(api, document)
  expect(
    Object.entries(schemes).map(([name, { place, name: field, prefix, isKey, example }]) => [
      ...[name, place, field, prefix],
      ...[isKey, example],
    ]),
  ).toEqual([
    ['bearer', 'header', 'Authorization', 'Bearer ', false, 'example'],
    ['basic', 'header', 'Authorization', 'Basic ', true, 'user:password'],
    ['digest', 'header', 'Authorization', 'Digest ', true, 'example'],
    ['oauth2', 'header', 'Authorization', 'Bearer ', false, 'example'],
    ['openIdConnect', 'header', 'Authorization', 'Bearer ', false, 'example'],
    ['headerKey', 'header', 'X-Key', '', true, 'example'],
    ['queryKey', 'query', 'api_key', '', true, 'example'],
    ['appId', 'query', 'app_id', '', true, 'example'],
    ['cookie', 'cookie', 'sid', '', false, 'example'],
    ['device', 'cookie', 'device', '', false, 'example'],
    ['reference', 'query', 'api_key', '', true, 'example'],
    ['certificate', 'connection', '', '', true, 'example'],
  ])
  expect(operations.find(({ id }) => id === 'optional')?.security).toEqual([[], ['bearer']])
})

it('names the client certificate that code cannot send', () => {
  const codeOf = (lang: LanguageId) =>
    generateCode({
      document,
      variant: 'kinds',
      operationId: 'certificate',
      lang,
      baseUrl: 'http://localhost:1',
    }).code
  for (const lang of ['fetch', 'client', 'curl', 'python'] as const)
    expect(codeOf(lang)).toContain('Needs a client certificate (mutual TLS):')
})
