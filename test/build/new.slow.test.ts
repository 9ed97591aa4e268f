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

/** Copies the project before the tests of a block, so that each block finds only the APIs that it adds. */
function copyProject() {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'new-api-'))
    for (const part of parts) await cp(join(project, part), join(folder, part), { recursive: true })
    await symlink(join(project, 'node_modules'), join(folder, 'node_modules'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  return {
    inCopy: (path: string) => join(folder, path),
    /** Runs a script of the copy. Returns its output, also if it fails. */
    async runScript(script: string, ...args: string[]): Promise<{ code: number; output: string }> {
      try {
        const { stdout, stderr } = await exec(process.execPath, [join(folder, script), ...args], {
          cwd: folder,
        })
        return { code: 0, output: stdout + stderr }
      } catch (error) {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
        return { code, output: stdout + stderr }
      }
    },
  }
}

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

describe('a new API', () => {
  const { inCopy, runScript } = copyProject()

  it('gets a contract and a server that compile, are formatted, and pass the tests of all APIs', async () => {
    expect(await runScript('build/new/main.ts', 'globex')).toMatchObject({ code: 0 })
    const own = [
      'src/variants/globex',
      'src/client',
      'src/conformance/variants',
      'src/testing/adapters',
      'test/variants/globex',
    ]
    const checks = [
      ['node_modules/typescript-7/bin/tsc', '--noEmit', '--incremental', 'false'],
      ['node_modules/@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...own],
      ['build/lint/main.ts'],
      [
        ...['node_modules/vitest/vitest.mjs', 'run', '--testNamePattern', 'globex'],
        ...['cases', 'journeys', 'collections', 'registry', 'sessions', 'sign-in', 'stub', 'repository'],
        ...['client/rules', 'snippets/operations', 'hub/app', 'docs/texts', 'codegen/freshness'],
      ],
    ] as const
    for (const [script, ...args] of checks) {
      const { code, output } = await runScript(script, ...args)
      expect([script, code, code === 0 ? '' : output]).toEqual([script, 0, ''])
    }
  })

  it('gets a server for a given contract that compiles, and responds with 501', async () => {
    await writeFile(inCopy('notes.yaml'), contract)
    const added = await runScript('build/new/main.ts', 'notes', '--contract', 'notes.yaml')
    expect(added).toEqual({ code: 0, output: expect.stringContaining('They respond with 501 until then.') })
    const compiled = await runScript(
      'node_modules/typescript-7/bin/tsc',
      '--noEmit',
      '--incremental',
      'false',
    )
    expect(compiled).toEqual({ code: 0, output: '' })
    const ask = `
      const { createSandbox } = await import(${JSON.stringify(inCopy('src/sandbox/index.ts'))})
      const notes = await createSandbox('notes')
      const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
      const responses = [await notes.request('/sign-in', post), await notes.request('/notes')]
      console.log(JSON.stringify(responses.map(({ status }) => status)))
      await notes.close()`
    await writeFile(inCopy('ask.ts'), ask)
    expect((await runScript('ask.ts')).output).toContain('[501,401]')
  })
})

/** A document that breaks the rules of our contracts. */
const vendorContract = {
  openapi: '3.0.3',
  info: {
    title: 'Vendor',
    version: 'latest',
    'x-note': ` starts with a space, and is ${'long '.repeat(20)}\nhas lines`,
  },
  servers: [{ url: 'https://{project}.vendor.example/auth/v1', variables: { project: { default: 'demo' } } }],
  components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  paths: {
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

describe('a contract without a server', () => {
  const { inCopy, runScript } = copyProject()

  it('passes the tests of all APIs, although it breaks the rules of our contracts', {
    timeout: 600_000,
  }, async () => {
    await mkdir(inCopy('openapi/vendor'))
    await writeFile(inCopy('openapi/vendor/openapi.yaml'), JSON.stringify(vendorContract))
    expect(await runScript('src/codegen/main.ts')).toMatchObject({ code: 0 })
    const checks = [
      ['node_modules/typescript-7/bin/tsc', '--noEmit', '--incremental', 'false'],
      ['build/lint/main.ts'],
      [
        ...['node_modules/vitest/vitest.mjs', 'run', 'hub/app', 'hub/console.test', 'docs/texts'],
        ...['codegen/freshness', 'codegen/outputs', 'codegen/collections', 'search/missing', 'mcp/contracts'],
      ],
      [
        ...['node_modules/vitest/vitest.mjs', 'run', 'repository'],
        ...['--testNamePattern', 'variants|prose of this repository'],
      ],
    ] as const
    for (const [script, ...args] of checks) {
      const { code, output } = await runScript(script, ...args)
      expect([script, code, code === 0 ? '' : output]).toEqual([script, 0, ''])
    }
  })

  it('gets code that creates a client from the types of the package', async () => {
    const { output } = await runScript(
      'src/cli/auth-contracts.js',
      ...['snippet', 'vendor', 'getUsersById', '--lang', 'client'],
    )
    expect(output).toContain('import type { paths } from "auth-contracts/contracts/vendor";')
    expect(output).toContain('const vendor = createAuthClient<paths>({')
  })
})
