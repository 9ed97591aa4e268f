/** Programs and projects of consumers. Each one fails if the package does not work. */

const compilerOptions = {
  target: 'es2023',
  useDefineForClassFields: true,
  lib: ['ES2023', 'DOM'],
  module: 'esnext',
  moduleResolution: 'bundler',
  verbatimModuleSyntax: true,
  moduleDetection: 'force',
  noEmit: true,
  strict: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  erasableSyntaxOnly: true,
  noFallthroughCasesInSwitch: true,
  noUncheckedSideEffectImports: true,
  // New projects skip the declarations of packages, but these tests check them.
  skipLibCheck: false,
}

const settings = (types: string[]) =>
  JSON.stringify({ compilerOptions: { ...compilerOptions, types }, include: ['src'] })

/** The `tsconfig.json` of a program for Node. */
const serverSettings = settings(['node'])

/** The `tsconfig.json` of the snippets of a guide, which may have unused variables. */
export const guideSettings = JSON.stringify({
  compilerOptions: { ...compilerOptions, noUnusedLocals: false, types: ['node'] },
  include: ['src'],
})

/** Calls a client of each package. */
export const client = `
import assert from 'node:assert/strict'
import * as main from 'auth-contracts/client'
import * as standalone from 'auth-contracts-client'

for (const { createBkendClient, match } of [main, standalone]) {
  const requests = []
  const fetch = async (request) => {
    requests.push(request.method + ' ' + request.url + ' ' + request.headers.get('x-api-key'))
    return Response.json({ name: 'Ada' })
  }
  const client = createBkendClient({ baseUrl: 'http://api.test', apiKey: 'pk_1', fetch })
  const result = await client.GET('/v1/auth/me')
  assert.equal(match(result, { 200: ({ name }) => name, otherwise: () => 'unknown' }), 'Ada')
  assert.deepEqual(requests, ['GET http://api.test/v1/auth/me pk_1'])
}
`

/** Uses the exports of a contract. */
export const contracts = `
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { document, routes, schemas } from 'auth-contracts/contracts/bkend'
import { zUser } from 'auth-contracts/contracts/bkend/schemas'

assert.equal(document.openapi, '3.1.0')
assert.equal(routes.signIn.path, '/v1/auth/email/signin')
assert.equal(schemas.User.safeParse({}).success, false)
assert.equal(zUser.safeParse({}).success, false)
`

/** Runs the stub, the sandbox and the mock. */
export const server = `
import assert from 'node:assert/strict'
import { createMock } from 'auth-contracts/mock'
import { createSandbox } from 'auth-contracts/sandbox'
import { createStub } from 'auth-contracts/stub'

const signIn = (origin, path, body) =>
  new Request(origin + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const mary = { email: 'mary.major@example.com', password: 'harbour lights at nine' }

const stub = await createStub('bondmcp', {
  signIn: async () => ({ status: 200, body: { access_token: 'a.b.c', token_type: 'bearer', expires_in: 3600 } }),
})
const response = await stub.request(signIn('http://stub.test', '/mcp/auth/login', { email: 'a@example.com', password: 'long enough' }))
assert.equal((await response.json()).access_token, 'a.b.c')

const sandbox = await createSandbox('bedrud')
assert.equal((await sandbox.fetch(signIn(sandbox.publicUrl, '/api/auth/login', mary))).status, 200)
await sandbox.close()

const mock = await createMock('bedrud')
assert.equal((await mock.fetch(signIn('http://mock.test', '/api/auth/login', mary))).status, 200)
`

/** Returns the script of a web page. */
export const page = (name: string): string => `
import { type bkend, createBkendClient, match } from '${name}'

const client = createBkendClient({ baseUrl: '/api', apiKey: 'pk_1' })
const { data } = await client.GET('/v1/auth/me')
const user: bkend.User | undefined = data
// @ts-expect-error: no such property
console.log(user?.nothing)
const result = await client.POST('/v1/auth/email/signin', { body: { method: 'password', email: 'ada@example.com', password: 'x' } })
document.body.textContent = match(result, { 200: ({ expiresIn }) => String(expiresIn), otherwise: () => 'unknown' })
`

const serverProgram = `
import { routes, schemas, type User } from 'auth-contracts/contracts/bkend'
import { zUser } from 'auth-contracts/contracts/bkend/schemas'
import { createMock } from 'auth-contracts/mock'
import { createSandbox } from 'auth-contracts/sandbox'
import { createStub } from 'auth-contracts/stub'

export const users: User[] = [schemas.User.parse({}), zUser.parse({})]
export const path: '/v1/auth/email/signin' = routes.signIn.path
export const mock = await createMock('bkend')
export const sandbox = await createSandbox('bkend')
export const stub = await createStub('bondmcp', {
  async signIn({ body }) {
    // @ts-expect-error: no such property
    console.log(body.nothing)
    return { status: 200, body: { access_token: body.password, token_type: 'bearer', expires_in: 3600 } }
  },
})
`

const nextPage = `'use client'
import { createBkendClient, match } from 'auth-contracts/client'
import { createBedrudClient } from 'auth-contracts-client'

const bkend = createBkendClient({ baseUrl: '/api', apiKey: 'pk_1' })
const bedrud = createBedrudClient({ baseUrl: '/api' })

export default function Page() {
  const load = async () => {
    alert(match(await bkend.GET('/v1/auth/me'), { 200: ({ name }) => name, otherwise: () => 'unknown' }))
    await bedrud.POST('/api/auth/logout')
  }
  return <button onClick={load}>Load profile</button>
}
`

const nextRoute = `
import { document } from 'auth-contracts/contracts/bondmcp'
import { createStub } from 'auth-contracts/stub'

const stub = await createStub('bondmcp')
export const GET = async () => Response.json([document.info.title, (await stub.request('/nothing')).status])
`

const signInTest = (imports: string) => `${imports}
import { createBedrudClient } from 'auth-contracts/client'
import { storageTokens } from 'auth-contracts-client'
import { createSandbox } from 'auth-contracts/sandbox'

test('signs in', async () => {
  expect(typeof window).toBe('${imports ? 'object' : 'undefined'}')
  const sandbox = await createSandbox('bedrud')
  const tokens = typeof window === 'object' ? { tokens: storageTokens(localStorage, 'bedrud') } : {}
  const client = createBedrudClient({ baseUrl: sandbox.publicUrl, fetch: (request) => sandbox.fetch(request), ...tokens })
  await client.POST('/api/auth/login', { body: { email: 'mary.major@example.com', password: 'harbour lights at nine' } })
  const { data } = await client.GET('/api/auth/me')
  expect(data.email).toBe('mary.major@example.com')
  await sandbox.close()
})
`

/** Projects for the tools of frontends, one per folder. */
export const frontend = {
  'vite/index.html': '<!doctype html><title>Page</title><script type="module" src="/src/main.ts"></script>',
  'vite/tsconfig.json': settings(['vite/client']),
  'server/tsconfig.json': serverSettings,
  'server/src/main.ts': serverProgram,
  'next/package.json': '{ "private": true }',
  'next/app/layout.tsx': `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>
}`,
  'next/app/page.tsx': nextPage,
  'next/app/api/route.ts': nextRoute,
  'vitest/vitest.config.js': "export default { test: { environment: 'jsdom' } }",
  'vitest/client.test.js': signInTest("import { expect, test } from 'vitest'"),
  'jest/jest.config.json': '{ "transform": {}, "testMatch": ["**/*.test.mjs"] }',
  'jest/client.test.mjs': signInTest(''),
}
