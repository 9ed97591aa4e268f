import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listen } from '../../src/server/listen.ts'
import type { SnippetDocument } from '../../src/snippets/call.ts'
import { firstCallCode, generateCode, generateSentCode, type languages } from '../../src/snippets/index.ts'
import { document } from './own-contract.ts'
import { runnerOf } from './runners.ts'

/** Credentials of the environment, which the placeholders of code stand for. */
const secrets = {
  ...{ ACCESS_TOKEN: 'token', BASIC_USERNAME: 'u', BASIC_PASSWORD: 'p:1', SESSION_TOKEN: 'cookie' },
  ...{ QUERY_KEY: 'a1', HEADER_KEY: 'b2' },
}

/** The part of each request that the code of every language sends. */
const expected = {
  readTerms: { target: 'GET /terms' },
  createToken: {
    target: 'POST /oauth/token',
    authorization: 'Basic dTpwOjE=',
    type: 'application/x-www-form-urlencoded',
    body: [
      ['grant_type', 'password'],
      ['scope', 'string'],
      ['scope', 'string'],
    ],
  },
  uploadFile: {
    target: 'PUT /files/3fa85f64-5717-4562-b3fc-2c963f66afa6',
    authorization: 'Bearer token',
    type: 'multipart/form-data',
    body: [
      ['file', 'file.bin: content'],
      ['public', 'true'],
    ],
  },
  search: { target: 'GET /search?tags=string&tags=string&api_key=a1', key: 'b2' },
  readMe: { target: 'GET /me', cookie: 'session=cookie' },
  createUser: {
    target: 'POST /users',
    authorization: 'Bearer token',
    type: 'application/json',
    body: { email: 'user@example.com', age: 18 },
  },
  createNote: { target: 'POST /notes', type: 'text/plain', body: 'string' },
}

type Id = keyof typeof expected

async function readBody(request: Request, type: string | undefined): Promise<unknown> {
  if (type === 'application/json') return request.json()
  if (type === undefined || type === 'text/plain') return (await request.text()) || undefined
  const fields = [...(await request.formData())].map(async ([name, value]) => [
    name,
    typeof value === 'string' ? value : `${value.name}: ${await value.text()}`,
  ])
  return Promise.all(fields)
}

/** Serves a success for every request, and records what arrives. */
async function recordRequests() {
  const requests: object[] = []
  const app = new Hono().all('*', async (c) => {
    const { pathname, search } = new URL(c.req.url)
    const header = (name: string) => c.req.header(name)
    const type = header('content-type')?.split(';')[0]
    const recorded = {
      target: `${c.req.method} ${pathname}${search}`,
      ...{ authorization: header('authorization'), key: header('x-key'), cookie: header('cookie') },
      ...{ type, body: await readBody(c.req.raw, type) },
    }
    requests.push(JSON.parse(JSON.stringify(recorded)))
    return c.json({ id: '1' })
  })
  const { url, close } = await listen((request) => app.fetch(request), { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await close()
  })
  return { url, requests }
}

const codeOf = (
  lang: (typeof languages)[number]['id'],
  operationId: string,
  baseUrl = 'http://localhost:1',
) => generateCode({ document, variant: 'my-api', operationId, lang, baseUrl }).code

describe('the code of a contract without examples', () => {
  it.each(['fetch', 'curl', 'python'] as const)(
    'sends bodies and credentials of all kinds in %s',
    async (lang) => {
      const { url, requests } = await recordRequests()
      const cwd = await mkdtemp(join(tmpdir(), 'auth-contracts-files-'))
      onTestFinished(() => rm(cwd, { recursive: true }))
      await writeFile(join(cwd, 'file.bin'), 'content')
      const run = runnerOf(lang, { usesStandIn: true, cwd })
      for (const id of Object.keys(expected)) await run(codeOf(lang, id, url), secrets)
      expect(requests).toEqual(Object.values(expected))
    },
  )

  it('sends the same with the client of any API, whose cookies the browser sends', async () => {
    const { url, requests } = await recordRequests()
    const ids = (Object.keys(expected) as Id[]).filter((id) => id !== 'readMe')
    const run = runnerOf('client')
    for (const id of ids) await run(codeOf('client', id, url).replace(/^import type .*$/m, ''), secrets)
    expect(requests).toEqual(ids.map((id) => expected[id]))
  })

  it('imports the generated types, and creates a client with the credentials of the call', () => {
    expect(codeOf('client', 'search')).toContain(`import { createAuthClient } from "auth-contracts/client";
import type { paths } from "./generated/my-api/types.ts";

const QUERY_KEY = "YOUR_QUERY_KEY";
const HEADER_KEY = "YOUR_HEADER_KEY";
`)
    expect(codeOf('client', 'search')).toContain(`const myApi = createAuthClient<paths>({
  baseUrl: "http://localhost:1",
  apiKey: [{ query: "api_key", value: QUERY_KEY }, { header: "X-Key", value: HEADER_KEY }],
});

const { data, error, response } = await myApi.GET("/search", {`)
    expect(codeOf('client', 'readMe')).toContain('credentials: "include"')
    expect(codeOf('client', 'createUser')).toContain('await myApi.tokens.set({ accessToken: ACCESS_TOKEN });')
  })

  it('keeps the body of errors whose form is unknown', () => {
    expect(codeOf('fetch', 'createNote')).toContain('throw new ApiError(response, body);')
    expect(codeOf('client', 'createNote')).toContain('throw new ApiError(response, error);')
    expect(codeOf('python', 'createNote')).toContain('self.body = response.text')
  })

  it('declares results by valid names', () => {
    expect(codeOf('fetch', 'createToken')).toContain('const myToken2 = await response.json();')
    expect(codeOf('python', 'createToken')).toContain('my_token2 = response.json()')
    expect(codeOf('fetch', 'readTerms')).not.toContain('response.json();')
  })
})

describe('the first call of a contract', () => {
  const firstLine = (paths: SnippetDocument['paths']) => {
    const { curl } =
      firstCallCode({ ...document, ...(paths && { paths }) }, 'my-api', 'http://localhost:1') ?? {}
    return curl
      ?.split('\n')
      .find((line) => line.startsWith('curl'))
      ?.replace(' \\', '')
  }
  const operation = (operationId: string, security?: object[]) => ({
    operationId,
    ...(security && { security: security as Record<string, string[]>[] }),
  })

  it('is a sign-in without credentials of a user', () => {
    const paths = {
      '/health': { get: operation('health', []) },
      '/users/login': { post: operation('impersonate', [{ bearerAuth: [] }]) },
      '/session': { post: operation('createSession', []) },
      '/account/login': { post: operation('login', [{ headerKey: [] }]) },
    }
    expect(firstLine(paths)).toBe('curl -X POST http://localhost:1/account/login')
    expect(firstLine({ ...paths, '/enter': { post: operation('signIn', []) } })).toBe(
      'curl -X POST http://localhost:1/enter',
    )
  })

  it('is otherwise a public GET without parameters, any GET without parameters, or the first operation', () => {
    const parameters = [{ name: 'id', in: 'query' as const, required: true, schema: { type: 'string' } }]
    const first = { '/a': { get: { ...operation('a', []), parameters } } }
    const read = { '/b': { get: operation('b') } }
    expect(firstLine({ ...first, ...read, '/c': { get: operation('c', []) } })).toBe(
      'curl -X GET http://localhost:1/c',
    )
    expect(firstLine({ ...first, ...read })).toBe('curl -X GET http://localhost:1/b')
    expect(firstLine(first)).toBe("curl -X GET 'http://localhost:1/a?id=string'")
    expect(firstLine({})).toBeUndefined()
  })
})

it('writes lists and objects of parameters and forms as the contract declares', () => {
  const list = { type: 'array', items: { type: 'string' }, minItems: 2 }
  const object = { type: 'object', properties: { age: { type: 'integer' } } }
  const schema = { type: 'object', required: ['tags', 'by'], properties: { tags: list, by: object } }
  const styled: SnippetDocument = {
    paths: {
      '/users/{by}': {
        post: {
          operationId: 'findUsers',
          parameters: [
            { name: 'by', in: 'path', required: true, schema: object },
            {
              name: 'tags',
              in: 'query',
              required: true,
              schema: list,
              style: 'pipeDelimited',
              explode: false,
            },
            { name: 'filter', in: 'query', required: true, schema: object, style: 'deepObject' },
            { name: 'X-Tags', in: 'header', required: true, schema: list },
          ],
          requestBody: {
            content: {
              'application/x-www-form-urlencoded': { schema, encoding: { tags: { explode: false } } },
            },
          },
        },
      },
    },
  }
  const input = { document: styled, variant: 'acme', operationId: 'findUsers', baseUrl: 'http://localhost' }
  const { code } = generateCode({ ...input, lang: 'curl' })
  expect(code).toContain("'http://localhost/users/age%2C1?tags=string%7Cstring&filter%5Bage%5D=1'")
  expect(code).toContain('"X-Tags: string,string"')
  expect(code).toContain('"tags=string,string"')
  expect(code).toContain(`'by={"age":1}'`)
})

it('names the media type of JSON in Python unless it is the usual one', () => {
  const codeFor = (mediaType: string) => {
    const requestBody = { content: { [mediaType]: { schema: { type: 'object' } } } }
    const patched: SnippetDocument = { paths: { '/me': { patch: { operationId: 'patchMe', requestBody } } } }
    const about = { variant: 'acme', operationId: 'patchMe', baseUrl: 'http://localhost' }
    return generateCode({ ...about, document: patched, lang: 'python' }).code
  }
  expect(codeFor('application/merge-patch+json')).toContain('"Content-Type": "application/merge-patch+json"')
  expect(codeFor('application/json')).not.toContain('Content-Type')
})

it('replaces a key in the query of a sent request by a placeholder', () => {
  const request = { method: 'GET', path: '/search?tags=a%20b&api_key=secret', headers: [] }
  const code = (showSecrets: boolean) =>
    generateSentCode({ document, variant: 'my-api', baseUrl: 'http://localhost:1', request, showSecrets })
  expect(code(false).curl).toContain('curl -X GET "http://localhost:1/search?tags=a+b&api_key=$API_KEY"')
  expect(Object.values(code(false)).join()).not.toContain('secret')
  expect(code(true).fetch).toContain('secret')
})

it('writes forms for PowerShell, which sends a text as a form', () => {
  const token = document.paths?.['/oauth/token']?.post
  const open = { ...document, paths: { '/oauth/token': { post: { ...token, security: [] } } } }
  expect(firstCallCode(open, 'my-api', 'http://localhost:1')?.powershell).toContain(
    "-Body 'grant_type=password&scope=string&scope=string'",
  )
})
