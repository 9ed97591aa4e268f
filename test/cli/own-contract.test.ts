import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from './child.ts'
import { run, runServer } from './run.ts'

const contract = resolve(import.meta.dirname, '../../examples/own-api/openapi.yaml')

/** Creates a project with the contract and a configuration file. */
async function createProject(config: unknown): Promise<string> {
  const folder = await temporaryFolder()
  await cp(contract, join(folder, 'acme.yaml'))
  await writeFile(join(folder, 'auth-contracts.config.json'), JSON.stringify(config))
  return folder
}

describe('the mock command with an own contract', () => {
  it('serves it below its base path, and warns about what it changed', async () => {
    const server = await runServer(['mock', '--contract', `acme-auth=${contract}`, '--port', '0'])
    onTestFinished(async () => void (await server.stop()))
    expect(server.url).toMatch(/^http:\/\/localhost:\d+\/v1$/)
    const body = new URLSearchParams({ grant_type: 'password' })
    expect((await fetch(`${server.url}/token`, { method: 'POST', body })).status).toBe(200)
    const { stderr } = await server.stop()
    expect(stderr).toContain('openapi.yaml:9 POST /token has no operationId, so it is called postToken.')
  })
})

describe('the configuration file', () => {
  it('names the contracts of commands that are run next to it', async () => {
    const folder = await createProject({ contracts: { 'acme-auth': './acme.yaml' } })
    const generated = await run(['generate', '--out', 'code'], folder)
    expect(generated).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(join('code', 'acme-auth', 'types.ts')),
    })
    expect(await readFile(join(folder, 'code/acme-auth/types.ts'), 'utf8')).toContain('"/token"')
    const snippet = await run(['snippet', 'acme-auth', 'getMe', '--lang', 'curl'], folder)
    expect(snippet.stdout).toContain('http://localhost:4000/mock/acme-auth/v1/me')
  })

  it.runIf(process.features.typescript)('loads TypeScript, whatever the type of the package is', async () => {
    const folder = await createProject({})
    await rm(join(folder, 'auth-contracts.config.json'))
    const code = 'const config: object = { contracts: { acme: "./acme.yaml" } }\nexport default config\n'
    await writeFile(join(folder, 'auth-contracts.config.ts'), code)
    for (const about of [{}, { type: 'commonjs' }, { type: 'module' }]) {
      await writeFile(join(folder, 'package.json'), JSON.stringify(about))
      const snippet = await run(['snippet', 'acme', 'getMe', '--lang', 'curl'], folder)
      expect(snippet).toMatchObject({ code: 0, stderr: expect.not.stringContaining('MODULE_TYPELESS') })
    }
  })

  it.each<[config: unknown, message: string]>([
    [{ contract: {} }, 'contract is not a field. Fields are contracts and apis.'],
    [{ contracts: [] }, 'contracts must be an object: { acme: "./openapi.yaml" }.'],
    [{ contracts: { acme: 1 } }, 'contracts.acme must be the path or URL of an OpenAPI document.'],
    [{ contracts: { Acme: 'a' } }, 'the contract name "Acme" is not usable.'],
    [{ apis: 'bkend' }, 'apis must be a list of names.'],
    ['acme', 'it has no configuration. Write: export default {'],
  ])('rejects %j with one sentence', async (config, message) => {
    const { code, stderr } = await run(['mock'], await createProject(config))
    expect(code).toBe(1)
    expect(stderr).toContain(`error: auth-contracts.config.json: ${message}`)
    expect(stderr.trim()).not.toContain('\n')
  })

  it.each([
    [
      { contracts: { 'acme-auth': './missing.yaml' } },
      'missing.yaml: no such file or folder. Check the path.',
    ],
    [
      { contracts: { bkend: './acme.yaml' } },
      'bkend is a name that this package uses itself. Give acme.yaml another one in the configuration file.',
    ],
    [{ apis: ['bkent'] }, 'Unknown API "bkent". Did you mean "bkend"?'],
  ])('rejects names of what does not exist: %j', async (config, message) => {
    const { code, stderr } = await run(['start', '--port', '0'], await createProject(config))
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`error: ${message}`) })
  })
})

it.each([[[]], [['--config', 'auth-contracts.config.yml']]])(
  'rejects a configuration file in YAML with the options %j',
  async (options) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'auth-contracts.config.yml'), 'contracts: {}')
    const { code, stderr } = await run(['mock', ...options], folder)
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'error: auth-contracts.config.yml is not read. Write the configuration as .ts, .js, .mjs or .json.\n',
    })
  },
)

describe('the configuration of AI tools', () => {
  it('names the configuration file by its absolute path', async () => {
    const folder = await createProject({ contracts: { 'acme-auth': './acme.yaml' } })
    const { stdout } = await run(['mcp', '--print-config', 'cursor'], folder)
    const { args } = JSON.parse(stdout).mcpServers['auth-contracts']
    expect(args.slice(-2)).toEqual(['--config', join(folder, 'auth-contracts.config.json')])
  })
})

it('suggests a URL with the default values of the variables of the first server', async () => {
  const folder = await temporaryFolder()
  await writeFile(
    join(folder, 'acme-auth.yaml'),
    `openapi: 3.1.0
info: { title: Acme, version: 1.0.0 }
servers: [{ url: 'https://{region}.acme.example/{base}/v1', variables: { region: { default: eu }, base: { default: api } } }]
paths: { /me: { get: { operationId: getMe, responses: { '200': { description: OK } } } } }
`,
  )
  const { stderr } = await run(['test', '--contract', 'acme-auth.yaml'], folder)
  expect(stderr).toContain('--url http://localhost:4020/api/v1.')
})

it('says which mock to use in place of a server that a contract does not have', async () => {
  const folder = await createProject({ contracts: { 'acme-auth': './acme.yaml' } })
  expect(await run(['serve', 'acme-auth'], folder)).toMatchObject({
    code: 1,
    stderr: 'error: acme-auth has a contract but no server. Try: npx auth-contracts mock acme-auth\n',
  })
})
