import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const project = resolve(import.meta.dirname, '../..')
const exec = promisify(execFile)

/** The files of the repository that an API needs, and those that check it. */
const parts = [
  ...['build', 'evals', 'generated', 'openapi', 'src', 'test', 'package.json', 'tsconfig.json'],
  ...[
    'bench/package.json',
    'examples/own-api',
    'biome.json',
    'redocly.yaml',
    'redocly-plugin.js',
    'vitest.config.ts',
    'CONTRIBUTING.md',
    'README.md',
  ],
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'new-api-'))
  for (const part of parts) await cp(join(project, part), join(folder, part), { recursive: true })
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rm(folder, { recursive: true }))

const inCopy = (path: string) => join(folder, path)

/** Runs a script of the copy. Returns its output, also if it fails. */
async function runScript(script: string, ...args: string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout, stderr } = await exec(process.execPath, [inCopy(script), ...args], { cwd: folder })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}

/** Expects that scripts of the copy succeed, one after the other. */
async function expectSuccess(...scripts: string[][]): Promise<void> {
  for (const [script = '', ...args] of scripts) {
    const { code, output } = await runScript(script, ...args)
    expect([script, code, code === 0 ? '' : output]).toEqual([script, 0, ''])
  }
}

const vitest = 'node_modules/vitest/vitest.mjs'

/** A contract for which a server is created. */
const contract = `openapi: 3.1.0
info: { title: Notes, version: 1.0.0 }
security: [{ token: [] }]
components:
  securitySchemes:
    token: { type: http, scheme: bearer }
paths:
  /sign-in:
    post:
      operationId: signIn
      security: []
      requestBody:
        required: true
        content:
          application/json: { schema: { type: object, properties: { login: { type: string } } } }
      responses: { '204': { description: Signed in. } }
  /notes:
    get:
      operationId: listNotes
      responses: { '204': { description: No notes. } }
`

/** A document that breaks the rules of our contracts. */
const vendorContract = {
  openapi: '3.0.3',
  info: {
    title: 'Vendor',
    version: 'latest',
    'x-note': ` starts with a space, and is ${'long '.repeat(20)}\nhas lines`,
  },
  servers: [{ url: 'https://{project}.vendor.example/auth/v1', variables: { project: { default: 'demo' } } }],
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } },
  },
  paths: {
    '/token': {
      post: {
        requestBody: {
          content: {
            'application/x-www-form-urlencoded': {
              schema: { type: 'object', properties: { username: { type: 'string' } } },
            },
          },
        },
        security: [{ basic: [] }],
        responses: { default: { description: 'A token, or an error.' } },
      },
    },
    '/users/{id}': {
      get: {
        optional: true,
        security: [{ token: [] }],
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { default: { description: 'See [users](../guides/users).' } },
      },
    },
  },
}

// In this order, because each test finds the APIs of earlier ones.
describe('a new API', () => {
  it('passes the tests of all APIs with a server, or with a contract that breaks our rules', async () => {
    // Its name comes first, as tests may take the first API for one with a server.
    await mkdir(inCopy('openapi/aardvark'))
    await writeFile(inCopy('openapi/aardvark/openapi.yaml'), JSON.stringify(vendorContract))
    await expectSuccess(
      ['build/new/main.ts', 'globex'],
      ['build/lint/main.ts'],
      [
        ...[vitest, 'run', '--testNamePattern', 'globex'],
        ...['cases', 'journeys', 'registry', 'sessions', 'sign-in', 'stub', 'client/rules'],
        'snippets/operations',
      ],
      [vitest, 'run', 'repository', '--testNamePattern', 'variants|prose of this repository'],
      [
        ...[vitest, 'run', 'hub/app', 'hub/console.test', 'docs/texts', 'search/missing', 'mcp/contracts'],
        ...['freshness', 'outputs', 'collections', 'complete', 'error-codes'].map(
          (name) => `codegen/${name}`,
        ),
      ],
    )
  })

  it('gets code that creates a client from the types of the package', async () => {
    const { output } = await runScript(
      'src/cli/auth-contracts.js',
      ...['snippet', 'aardvark', 'getUsersById', '--lang', 'client'],
    )
    expect(output).toContain('import type { paths } from "auth-contracts/contracts/aardvark";')
    expect(output).toContain('const aardvark = createAuthClient<paths>({')
  })

  it('gets a server for a given contract that compiles, is formatted, and responds with 501', async () => {
    await writeFile(inCopy('initech.yaml'), contract)
    const added = await runScript('build/new/main.ts', 'initech', '--contract', 'initech.yaml')
    expect(added).toEqual({ code: 0, output: expect.stringContaining('They respond with 501 until then.') })
    const own = ['src', 'test/variants'].map(inCopy)
    await expectSuccess(
      ['node_modules/typescript-7/bin/tsc', '--noEmit', '--incremental', 'false'],
      ['node_modules/@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...own],
    )
    const ask = `
      const { createSandbox } = await import(${JSON.stringify(inCopy('src/sandbox/index.ts'))})
      const initech = await createSandbox('initech')
      const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
      const responses = [await initech.request('/sign-in', post), await initech.request('/notes')]
      console.log(JSON.stringify(responses.map(({ status }) => status)))
      await initech.close()`
    await writeFile(inCopy('ask.ts'), ask)
    expect((await runScript('ask.ts')).output).toContain('[501,401]')
  })
})
