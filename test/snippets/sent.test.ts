import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSentCode } from '../../src/snippets/index.ts'
import type { SentRequest } from '../../src/snippets/request.ts'

const document = {
  security: [{ token: [] }],
  paths: {
    '/things/{id}': {
      post: {
        operationId: 'createThing',
        parameters: [{ name: 'X-Trace', in: 'header' }],
        requestBody: { content: { 'application/json': {} } },
        responses: { 200: {} },
      },
    },
    '/files/{name}.{extension}': {
      put: { operationId: 'replaceFile', requestBody: { content: {} }, responses: { 204: {} } },
    },
    '/session': {
      get: {
        operationId: 'readSession',
        security: [{ cookie: [] }],
        parameters: [
          { name: 'theme', in: 'cookie' },
          { name: 'sid', in: 'cookie' },
        ],
        responses: { 200: {} },
      },
    },
  },
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
      key: { type: 'apiKey', in: 'header', name: 'X-Key', 'x-example': 'pk_1' },
    },
  },
} as unknown as Parameters<typeof generateSentCode>[0]['document']

interface Received {
  method: string | undefined
  path: string | undefined
  headers: Record<string, unknown>
  body: string
}

let server: Server
let received: Received | undefined
let baseUrl = ''
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { method, url, headers } = request
    received = { method, path: url, headers, body: await text(request) }
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const run = {
  curl: (code: string) => promisify(execFile)('bash', ['-c', code]),
  fetch: (code: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', stripTypeScriptTypes(code)]),
  python: (code: string) =>
    promisify(execFile)('python3', ['-c', code], {
      env: {
        ...process.env,
        PYTHONPATH: join(import.meta.dirname, 'support/stand-in'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
    }),
}

const request = {
  method: 'POST',
  path: "/things/a%2Fb?q=it's&q=more",
  headers: [
    ['content-type', 'application/json'],
    ['authorization', 'Bearer secret$TOKEN'],
    ['X-Key', 'pk_other'],
    ['x-trace', 'abc'],
    ['user-agent', 'test'],
  ] as [string, string][],
  body: JSON.stringify({ text: `it's "$HOME" \\ \`date\` \n€`, list: [1, null] }),
}
const codeOf = (input: Partial<Parameters<typeof generateSentCode>[0]> = {}) =>
  generateSentCode({ document, variant: 'things', baseUrl, request, operationId: 'createThing', ...input })

describe.each(['curl', 'fetch', 'python'] as const)('code of a sent request with %s', (lang) => {
  it('repeats path, declared headers, credentials and JSON', async () => {
    await run[lang](codeOf({ showSecrets: true })[lang])
    expect(received).toMatchObject({
      method: 'POST',
      path: expect.stringMatching(/^\/things\/a%2Fb\?q=it(?:'|%27)s&q=more$/),
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer secret$TOKEN',
        'x-key': 'pk_other',
        'x-trace': 'abc',
      },
    })
    expect(JSON.parse(received?.body ?? '')).toEqual(JSON.parse(request.body))
  })

  it('repeats a body that is not JSON without a change', async () => {
    const body = `{"broken": 'it is', `
    await run[lang](codeOf({ request: { ...request, body }, showSecrets: true })[lang])
    expect(received?.body).toBe(body)
  })

  it('repeats the fields of a form', async () => {
    const headers = [['content-type', 'application/x-www-form-urlencoded']] as [string, string][]
    const body = 'name=A+%26+B&tag=a&tag=%22b%22&address%5Bcity%5D=Oslo'
    const code = codeOf({ request: { ...request, headers, body } })
    await run[lang](code[lang])
    expect(received?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect([...new URLSearchParams(received?.body)]).toEqual([...new URLSearchParams(body)])
    expect(code).not.toHaveProperty('client')
  })

  it('repeats a form without a change if code would send its fields in another order', async () => {
    const headers = [['content-type', 'application/x-www-form-urlencoded']] as [string, string][]
    const body = 'a=1&b=2&a=3'
    await run[lang](codeOf({ request: { ...request, headers, body } })[lang])
    expect(received?.body).toBe(body)
  })

  it('repeats a request to an unknown path', async () => {
    const unknown = {
      method: 'DELETE',
      path: '/nope',
      headers: [['cookie', 'a=b; sid=s3']] as [string, string][],
    }
    await run[lang](
      generateSentCode({ document, variant: 'things', baseUrl, request: unknown, showSecrets: true })[lang],
    )
    expect(received).toMatchObject({ method: 'DELETE', path: '/nope', headers: { cookie: 'sid=s3' } })
  })

  it('repeats declared cookies, and a credential that is also declared as a parameter once', async () => {
    const sent = { method: 'GET', path: '/session', headers: [['Cookie', 'theme=%22dark%22; sid=s3']] }
    const code = generateSentCode({
      ...{ document, variant: 'things', baseUrl, request: sent as SentRequest },
      ...{ operationId: 'readSession', showSecrets: true },
    })
    await run[lang](code[lang])
    expect(received?.headers.cookie).toBe('sid=s3; theme=%22dark%22')
  })

  it('contains no secret by default', () => {
    expect(codeOf()[lang]).not.toContain('secret$TOKEN')
    expect(codeOf()[lang]).toContain('pk_1')
  })
})

describe('code of a sent request with files', () => {
  it('names the files of a multipart body', () => {
    const form = new FormData()
    form.append('name', 'Ada')
    form.append('avatar', new File(['\xff'], 'me.png', { type: 'image/png' }))
    const headers = [['content-type', 'multipart/form-data; boundary=x']] as [string, string][]
    const code = codeOf({ request: { ...request, headers, body: '', form } })
    expect(code.curl).toContain('-F "name=Ada"')
    expect(code.curl).toContain('-F "avatar=@me.png;type=image/png"')
    expect(code.fetch).toContain('const AVATAR = new File(["content"], "me.png", { type: "image/png" });')
    expect(code.python).toContain('("avatar", ("me.png", open("me.png", "rb"), "image/png"))')
    expect(code).not.toHaveProperty('client')
  })

  it('sends a file in place of a body that is not text', () => {
    const headers = [['content-type', 'image/png']] as [string, string][]
    const { curl } = codeOf({ request: { ...request, headers, body: '\uFFFDPNG' } })
    expect(curl).toContain('--data-binary "@file.png"')
    expect(curl).toContain('-H "Content-Type: image/png"')
  })
})

describe('code of a sent request with the typed client', () => {
  it('names the parameters of the operation', () => {
    const { client } = codeOf({ request: { ...request, path: '/things/a%2Fb?q=1' } })
    expect(client).toContain('things.POST("/things/{id}"')
    expect(client).toMatch(/path: \{\s+id: "a\/b",\s+\}/)
    expect(client).toMatch(/query: \{\s+q: "1",\s+\}/)
  })

  it('reads parameters with text around them', () => {
    const sent = { ...request, method: 'PUT', path: '/files/a%20b.xml' }
    const { client } = codeOf({ request: sent, operationId: 'replaceFile' })
    expect(client).toContain('things.PUT("/files/{name}.{extension}"')
    expect(client).toMatch(/path: \{\s+name: "a b",\s+extension: "xml",\s+\}/)
  })

  it.each([
    ['does not match the path of the operation', { path: '/things/1/parts' }],
    ['repeats a parameter', { path: '/things/1?q=1&q=2' }],
    ['has no valid JSON', { body: '{' }],
    ['has another method than the operation', { method: 'HEAD' }],
  ])('is missing if the request %s', (_, change) => {
    expect(codeOf({ request: { ...request, path: '/things/1', ...change } })).not.toHaveProperty('client')
  })
})

describe('code of a sent request with PowerShell', () => {
  it('quotes texts literally, and names the character set', () => {
    const body = JSON.stringify({ text: "it's \u2018$HOME\u2019 `n", list: [1] })
    const { powershell } = codeOf({ request: { ...request, body }, showSecrets: true })
    expect(powershell).toBe(`Invoke-RestMethod -Method POST -Uri '${baseUrl}/things/a%2Fb?q=it''s&q=more' \`
  -Headers @{ 'Authorization' = 'Bearer secret$TOKEN'; 'X-Key' = 'pk_other'; 'X-Trace' = 'abc' } \`
  -ContentType 'application/json; charset=utf-8' \`
  -Body '{
  "text": "it''s \u2018\u2018$HOME\u2019\u2019 \`n",
  "list": [
    1
  ]
}'`)
  })

  it('reads secrets from environment variables', () => {
    const { powershell } = codeOf()
    expect(powershell).not.toContain('secret$TOKEN')
    expect(powershell).toMatch(/^# Set first: \$env:[A-Z_]+ = '\.\.\.'\n/)
    expect(powershell).toMatch(/'Authorization' = \('Bearer ' \+ \$env:[A-Z_]+\)/)
  })
})
