import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { hubPathOf, servedNames } from '../support/served.ts'
import { callTool, connectHttp, connectStdio, serveHub } from './clients.ts'

let hub: Awaited<ReturnType<typeof serveHub>>
let stdio: Awaited<ReturnType<typeof connectStdio>>
const clients: Partial<Record<'stdio' | 'http', Client>> = {}

beforeAll(async () => {
  hub = await serveHub()
  stdio = await connectStdio(hub.url)
  clients.stdio = stdio.client
  clients.http = await connectHttp(hub.url)
})
afterAll(async () => {
  await clients.stdio?.close()
  await clients.http?.close()
  await hub?.close()
})

describe.each(['stdio', 'http'] as const)('MCP over %s', (transport) => {
  const client = () => clients[transport] as Client
  const call = (name: string, args?: Record<string, unknown>) => callTool(client(), name, args)

  it('speaks protocol revision 2026-07-28 and tells models how to begin', () => {
    expect(client().getNegotiatedProtocolVersion()).toBe('2026-07-28')
    expect(client().getServerVersion()).toMatchObject({ name: 'auth-contracts' })
    expect(client().getInstructions()).toContain('search_docs')
  })

  it('offers its tools with titles, descriptions and annotations', async () => {
    const { tools } = await client().listTools()
    const hints = tools.map(({ name, annotations: { readOnlyHint, destructiveHint } = {} }) => ({
      name,
      readOnlyHint,
      destructiveHint,
    }))
    const reads = { readOnlyHint: true, destructiveHint: false }
    expect(hints).toEqual([
      { name: 'search_docs', ...reads },
      { name: 'get_guide', ...reads },
      { name: 'list_operations', ...reads },
      { name: 'get_operation', ...reads },
      { name: 'generate_code', ...reads },
      { name: 'call_sandbox', readOnlyHint: false, destructiveHint: true },
    ])
    for (const { title, description, annotations, inputSchema } of tools) {
      expect(title).toBeTruthy()
      expect(description?.length).toBeGreaterThan(50)
      expect(annotations?.openWorldHint).toBe(false)
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
    }
  })

  it('searches in the language of the request', async () => {
    const { text, data } = await call('search_docs', {
      query: '이메일 회원가입과 로그인 기능을 구현해줘',
      variant: 'bkend',
      limit: 3,
    })
    expect(data?.results).toHaveLength(3)
    expect(data).toMatchObject({
      results: [{ topic: 'email-sign-in', language: 'ko', kind: 'guide' }, {}, {}],
    })
    expect(text).toContain('get_guide {"variant":"bkend","topic":"email-sign-in","language":"ko"}')
  })

  it('tells what to do if a search finds nothing', async () => {
    const { text, data, isError } = await call('search_docs', { query: 'kubernetes ingress' })
    expect({ data, isError }).toEqual({ data: { missing: [], results: [] }, isError: false })
    expect(text).toContain('list_operations')
  })

  it('tells first that the API lacks the feature', async () => {
    const { text, data } = await call('search_docs', { query: 'sign in with google', variant: 'bondmcp' })
    const [message = ''] = text.split('\n\n1. ')
    expect(message).toMatch(
      /^bondmcp has no social login\. APIs that have it: .*bedrud, bkend, .*openfactory/,
    )
    expect(data?.missing).toEqual([{ variant: 'bondmcp', language: 'en', feature: 'social-login', message }])
  })

  it('returns a guide with code for the sandbox and links to other guides', async () => {
    const { text } = await call('get_guide', { variant: 'bkend', topic: 'token-refresh' })
    expect(text).toMatch(/^# Token refresh/m)
    expect(text).toContain(`${hub.url}/sandbox/bkend`)
    expect(text).toContain('](auth-contracts://guides/bkend/')
    expect(text).not.toMatch(/^::/m)
    const korean = await call('get_guide', { variant: 'bkend', topic: 'token-refresh', language: 'ko' })
    expect(korean.text).toContain('토큰')
  })

  it('lists the operations of an API', async () => {
    const { text, data } = await call('list_operations', { variant: 'bondmcp' })
    expect(data?.operations).toContainEqual({
      operationId: 'signIn',
      method: 'POST',
      path: '/mcp/auth/login',
      summary: 'Sign in with email and password',
    })
    expect(text).toContain('signIn: POST /mcp/auth/login')
  })

  it.each(servedNames)('returns an operation of %s with schemas, examples and errors', async (variant) => {
    const { text } = await call('get_operation', { variant, operationId: 'signIn' })
    expect(text).toMatch(/^# .* \(signIn\)$/m)
    expect(text).toContain(hub.url + hubPathOf(variant))
    expect(text).toContain('## Request body')
    expect(text).toMatch(/^- `wrongPassword`.* `\{"/m)
    expect(text).not.toContain('#/components/')
  })

  it('generates the code of an operation and of a flow, for the sandbox or another server', async () => {
    const operation = await call('generate_code', { variant: 'bkend', operationId: 'signIn' })
    expect(operation.data).toMatchObject({
      language: 'typescript',
      code: expect.stringContaining(`${hub.url}/sandbox/bkend/v1/auth/email/signin`),
    })
    expect(operation.text).toMatch(/^```typescript\n.+fetch\(/s)
    const flow = await call('generate_code', { variant: 'bondmcp', flow: 'emailSignIn', lang: 'python' })
    expect(flow.data).toMatchObject({ language: 'python', code: expect.stringContaining('import requests') })
    const other = await call('generate_code', {
      variant: 'bkend',
      operationId: 'signIn',
      lang: 'curl',
      example: 'wrongPassword',
      baseUrl: 'https://api.example.com',
    })
    expect(other.text).toContain('https://api.example.com/v1/auth/email/signin')
    expect(other.text).not.toMatch(/pk_[0-9a-f]{10}/)
    const withKey = await call('generate_code', {
      variant: 'bkend',
      operationId: 'getUser',
      credential: 'secretKey',
    })
    expect(withKey.text).toContain('"X-API-Key": SECRET_KEY')
  })

  it('calls the sandbox with the example of an operation, and returns the exchange', async () => {
    const { data } = await call('call_sandbox', { variant: 'bkend', operationId: 'signIn' })
    expect(data).toMatchObject({
      request: { method: 'POST', url: `${hub.url}/sandbox/bkend/v1/auth/email/signin` },
      response: { status: 200, body: { accessToken: expect.any(String) } },
    })
    const { accessToken } = (data as { response: { body: { accessToken: string } } }).response.body
    const me = await call('call_sandbox', {
      variant: 'bkend',
      operationId: 'getCurrentUser',
      token: accessToken,
    })
    expect(me.data).toMatchObject({ response: { status: 200, body: { email: 'user@example.com' } } })
  })

  it('calls the sandbox with other values, and with a path', async () => {
    const wrong = await call('call_sandbox', {
      variant: 'bkend',
      operationId: 'signIn',
      body: { email: 'user@example.com', password: 'not the password' },
    })
    expect(wrong).toMatchObject({ isError: false, data: { response: { status: 401 } } })
    const named = await call('call_sandbox', {
      variant: 'bkend',
      operationId: 'signIn',
      example: 'wrongPassword',
    })
    expect(named.data).toMatchObject({ response: { body: { error: { code: 'auth/invalid-credentials' } } } })
    const empty = await call('call_sandbox', { variant: 'bkend', operationId: 'signIn', body: null })
    expect(empty.data).toMatchObject({ request: { body: null }, response: { status: 400 } })
    const inbox = await call('call_sandbox', {
      variant: 'bkend',
      path: '/__dev/inbox',
      query: { to: 'unknown@example.com' },
    })
    expect(inbox.data).toMatchObject({ response: { status: 200, body: { mails: [] } } })
  })

  it.each([
    ['search_docs', { query: 'login', variant: 'bkendd' }, 'Did you mean "bkend"?'],
    ['search_docs', { q: 'login' }, 'Unrecognized key: "q"'],
    ['search_docs', { query: '' }, 'query must not be empty'],
    ['search_docs', { query: 'x'.repeat(501) }, '<=500 characters'],
    ['search_docs', { query: 'login', limit: 0 }, 'limit'],
    ['get_guide', { topic: 'errors' }, `Pass the API: ${variantNames.join(', ')}.`],
    ['get_guide', { variant: 'bkend', topic: 'token-refesh' }, 'Did you mean "token-refresh"?'],
    [
      'get_guide',
      { variant: 'bondmcp', topic: 'passkeys' },
      'bondmcp has no passkeys. Guides of bondmcp: email-sign-in, ',
    ],
    ['get_guide', { variant: 'bkend', topic: 'login' }, 'Did you mean "email-sign-in"?'],
    ['get_guide', { variant: 'bkend', topic: 'forgot-password' }, 'Did you mean "passwords"?'],
    ['get_guide', { variant: 'bkend', topic: '로그아웃' }, 'Did you mean "sign-out"?'],
    ['get_guide', { variant: 'bkend', topic: 'errors', language: 'de' }, 'Unknown language "de".'],
    ['list_operations', { variant: 7 }, 'Unknown API "7".'],
    ['get_operation', { variant: 'bkend', operationId: 'singIn' }, 'Did you mean "signIn"?'],
    ['generate_code', { variant: 'bkend' }, 'Pass operationId or flow. Flows of bkend: emailSignIn,'],
    ['generate_code', { variant: 'bkend', operationId: 'singIn' }, 'Did you mean "signIn"?'],
    ['generate_code', { variant: 'bkend', flow: 'emailLogin' }, 'Unknown flow of bkend "emailLogin".'],
    [
      'generate_code',
      { variant: 'bkend', flow: 'emailSignIn', example: 'ok' },
      'A flow has no examples. Leave out example.',
    ],
    [
      'generate_code',
      { variant: 'bkend', flow: 'emailSignIn', credential: 'apiKey' },
      'A flow has its own credentials. Leave out credential.',
    ],
    [
      'generate_code',
      { variant: 'bkend', operationId: 'getUser', credential: 'key' },
      'getUser does not accept the credential "key". Accepted: bearer, secretKey.',
    ],
    [
      'generate_code',
      { variant: 'bkend', operationId: 'signIn', lang: 'typescript' },
      'Unknown language "typescript".',
    ],
    ['generate_code', { variant: 'bkend', operationId: 'signIn', example: 'wrong' }, 'wrongPassword'],
    ['generate_code', { variant: 'bkend', operationId: 'signIn', baseUrl: 'file:///x' }, 'baseUrl'],
    [
      'generate_code',
      { variant: 'bkend', operationId: 'signIn', baseUrl: 'https://api.example.com/#v1' },
      'The base URL contains a query, a fragment or user info.',
    ],
    ['call_sandbox', { variant: 'bkend' }, 'Pass operationId, or method and path.'],
    [
      'call_sandbox',
      { variant: 'bkend', operationId: 'getCurrentUser', method: 'DELETE' },
      'An operation has its own method and path.',
    ],
    [
      'call_sandbox',
      { variant: 'bkend', operationId: 'signIn', path: '/__dev/inbox' },
      'An operation has its own method and path.',
    ],
    ['call_sandbox', { variant: 'bkend', path: '/x', example: 'ok' }, 'A path has no example'],
    ['call_sandbox', { variant: 'bkend', path: '/x', pathParameters: { id: '1' } }, 'A path has no example'],
    [
      'call_sandbox',
      { variant: 'bkend', operationId: 'getCurrentUser', token: 'a', headers: { authorization: 'Bearer b' } },
      'Pass either token or the header Authorization.',
    ],
    ['call_sandbox', { variant: 'bkend', operationId: 'login' }, 'Unknown operation "login".'],
    [
      'call_sandbox',
      { variant: 'bkend', operationId: 'signIn', example: 'wrongPasword' },
      'Did you mean "wrongPassword"?',
    ],
    [
      'call_sandbox',
      { variant: 'bkend', operationId: 'getUser', pathParameters: { id: '1' } },
      'Unknown path parameter of getUser "id". Did you mean "userId"?',
    ],
    ['call_sandbox', { variant: 'bkend', path: '/../../docs/' }, 'Pass a path within the sandbox'],
    ['call_sandbox', { variant: 'bkend', path: '/%2e%2e/bedrud/x' }, 'Pass a path within the sandbox'],
    ['call_sandbox', { variant: 'bkend', path: '/x', headers: { 'a b': 'c' } }, 'The request is invalid'],
    ['call_sandbox', { variant: 'bkend', path: '/x', method: 'GET', body: {} }, 'The request is invalid'],
  ])('explains wrong arguments of %s: %j', async (name, args, message) => {
    const { text, isError } = await call(name, args)
    expect({ text, isError }).toEqual({ text: expect.stringContaining(message), isError: true })
  })

  it('rejects unknown tools, resources and prompts with protocol errors', async () => {
    const invalidParams = expect.objectContaining({ code: -32602 })
    await expect(client().callTool({ name: 'sign_in', arguments: {} })).rejects.toEqual(invalidParams)
    for (const uri of [
      'auth-contracts://guides/bkend/unknown/en',
      'auth-contracts://guides/bkend/errors/de',
      'auth-contracts://contracts/unknown',
      'auth-contracts://operations/bkend/unknown',
      'file:///etc/passwd',
    ])
      await expect(client().readResource({ uri }), uri).rejects.toEqual(invalidParams)
    await expect(client().getPrompt({ name: 'unknown' })).rejects.toEqual(invalidParams)
    await expect(
      client().getPrompt({ name: 'token-refresh', arguments: { variant: 'bken' } }),
    ).rejects.toThrow('Did you mean "bkend"?')
  })

  it('offers guides, operations and contracts as resources', async () => {
    const { resources } = await client().listResources()
    const uris = resources.map(({ uri }) => uri)
    expect(uris).toEqual(
      expect.arrayContaining([
        'auth-contracts://guides/bkend/email-sign-in/ko',
        'auth-contracts://operations/bedrud/signIn',
        'auth-contracts://contracts/openfactory',
      ]),
    )
    const read = async (uri: string) => (await client().readResource({ uri })).contents[0]
    expect(await read('auth-contracts://guides/bkend/email-sign-in/ko')).toMatchObject({
      mimeType: 'text/markdown',
      text: expect.stringMatching(/^# 이메일 회원가입과 로그인/m),
    })
    expect(await read('auth-contracts://operations/bedrud/signIn')).toMatchObject({
      text: expect.stringMatching(/^# .* \(signIn\)$/m),
    })
    const contract = await read('auth-contracts://contracts/openfactory')
    expect(JSON.parse((contract as { text: string }).text)).toMatchObject({ openapi: '3.1.0' })
    const { resourceTemplates } = await client().listResourceTemplates()
    expect(resourceTemplates).toHaveLength(3)
  })

  it('completes the variables of resources and prompts', async () => {
    const complete = async (uri: string, name: string, value: string, variant?: string) =>
      (
        await client().complete({
          ref: { type: 'ref/resource', uri },
          argument: { name, value },
          ...(variant && { context: { arguments: { variant } } }),
        })
      ).completion.values
    const guide = 'auth-contracts://guides/{variant}/{topic}/{language}'
    expect(await complete(guide, 'topic', 'pass')).toEqual(['passwords', 'passkeys'])
    const operation = 'auth-contracts://operations/{variant}/{operationId}'
    expect(await complete(operation, 'operationId', 'signi', 'bondmcp')).toEqual(['signIn'])
    expect(await complete(operation, 'operationId', 'signi')).toEqual([])
    const { completion } = await client().complete({
      ref: { type: 'ref/prompt', name: 'email-sign-in' },
      argument: { name: 'variant', value: 'bk' },
    })
    expect(completion.values).toEqual(['bkend'])
  })

  it('offers the requests of the vendor as prompts in English and Korean', async () => {
    const { prompts } = await client().listPrompts()
    expect(prompts.map(({ description }) => description)).toEqual([
      'Implement email signup and login',
      'Add social login (Google, GitHub)',
      'Create a token refresh flow',
      '이메일 회원가입과 로그인 기능을 구현해줘',
      '소셜 로그인(Google, GitHub)을 추가해줘',
      '토큰 갱신 로직을 만들어줘',
    ])
    const { messages } = await client().getPrompt({
      name: 'token-refresh-ko',
      arguments: { variant: 'bedrud' },
    })
    expect(messages[0]?.content).toMatchObject({
      text: expect.stringMatching(/^토큰 갱신 로직을 만들어줘\n\nUse the API bedrud\./),
    })
  })
})

describe('the stdio server', () => {
  it('writes nothing but protocol messages, and no errors', () => {
    expect(stdio.errors()).toBe('')
  })
})
