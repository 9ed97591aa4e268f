import { globSync, readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { type Consumer, createBase, createConsumer } from './consumer.ts'
import { pack, root, type Tarballs } from './pack.ts'
import * as programs from './programs.ts'

/** An API with flows. */
const variant = 'bedrud'

let base: string
let remove: () => Promise<void>
let tarballs: Tarballs
beforeAll(async () => {
  ;({ base, remove } = await createBase())
  tarballs = await pack()
})
afterAll(() => remove())

/** One path of each part of `npx auth-contracts start`. */
const paths = [
  '/',
  `/docs/${variant}/`,
  `/contracts/${variant}/openapi.yaml`,
  `/sandbox/${variant}/__dev/seed`,
  `/console/${variant}`,
  '/console/modules/src/hub/console/client/main.js',
]
const withMock = [...paths, `/mock/${variant}/nothing`]
const statuses = [...paths.map(() => 200), 404]

const node = process.execPath
const pnpm = [node, join(root, 'node_modules/pnpm/bin/pnpm.mjs')]
const yarn = [node, join(root, 'node_modules/yarn/bin/yarn.js')]
const berry = [node, join(root, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js')]
const berryFiles = (linker: string) => ({
  '.yarnrc.yml': `nodeLinker: ${linker}\nenableImmutableInstalls: false\nenableTelemetry: false\n`,
  'yarn.lock': '',
})

describe.each([
  { name: 'npm', add: ['npm', 'install'], exec: ['npx'], runNode: [node], files: {} },
  { name: 'pnpm', add: [...pnpm, 'add'], exec: [...pnpm, 'exec'], runNode: [node], files: {} },
  { name: 'yarn 1', add: [...yarn, 'add'], exec: [...yarn, '--silent', 'run'], runNode: [node], files: {} },
  {
    name: 'yarn 4',
    add: [...berry, 'add'],
    exec: [...berry, 'run'],
    runNode: [node],
    files: berryFiles('node-modules'),
  },
  {
    name: "yarn 4 with Plug'n'Play",
    add: [...berry, 'add'],
    exec: [...berry, 'run'],
    runNode: [...berry, 'node'],
    files: berryFiles('pnp'),
  },
])('the package installed by $name in an empty folder', ({ add, exec, runNode, files }) => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await createConsumer(base, files)
    await runAll(consumer, [
      ...add,
      `auth-contracts@file:${tarballs.main}`,
      `auth-contracts-client@file:${tarballs.client}`,
    ])
  })

  it('starts everything with one command', async () => {
    const [command = '', ...args] = [...exec, 'auth-contracts', 'start', '--port', '0', '--memory']
    expect(await consumer.request(command, args, withMock)).toEqual(statuses)
  })

  it('prints a command for AI tools that runs in another folder', async () => {
    const [command = '', ...args] = [...exec, 'auth-contracts', 'mcp', '--print-config', 'cursor']
    const { stdout } = await consumer.run(command, args)
    const server = JSON.parse(stdout).mcpServers['auth-contracts']
    // Yarn is not installed here, so that its file stands for the command.
    const [program = '', ...given] =
      server.command === 'yarn' ? [...berry, ...server.args] : [server.command, ...server.args]
    await consumer.write({ 'elsewhere/package.json': '{}' })
    const help = await consumer.run(program, [...given, '--help'], { cwd: 'elsewhere' })
    expect(help.stdout).toContain('Usage: auth-contracts mcp ')
  })

  it('runs the clients and the exports of the contracts', async () => {
    await consumer.write({ 'client.mjs': programs.client, 'contracts.mjs': programs.contracts })
    await runAll(consumer, [...runNode, 'client.mjs'])
    await runAll(consumer, [...runNode, 'contracts.mjs'])
  })
})

describe('the package installed by npm', () => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await createConsumer(base)
    await consumer.run('npm', ['install', tarballs.main])
  })

  it('has at most 90 MB in fewer than 100 packages, without telemetry', () => {
    const modules = join(consumer.folder, 'node_modules')
    const sizes = globSync('**/*', { cwd: modules }).map((file) => statSync(join(modules, file)))
    const bytes = sizes.filter((entry) => entry.isFile()).reduce((sum, { size }) => sum + size, 0)
    const packages = globSync(['*/package.json', '@*/*/package.json'], { cwd: modules })
    expect(bytes / 2 ** 20).toBeLessThan(90)
    expect(packages.length).toBeLessThan(100)
    expect(packages.filter((path) => /scarf|stoplight|redocly/.test(path))).toEqual([])
  })

  it('serves a mock and a server of one API', async () => {
    const serve = (command: string, paths: string[]) =>
      consumer.request('npx', ['auth-contracts', command, variant, '--port', '0'], paths)
    expect(await serve('mock', ['/nothing'])).toEqual([404])
    expect(await serve('serve', ['/__dev/seed'])).toEqual([200])
  })

  it('prints the code of a flow', async () => {
    const { stdout } = await consumer.run('npx', ['auth-contracts', 'snippet', variant, 'emailSignIn'])
    expect(stdout).toContain('await signIn(email, password)')
  })

  it('builds the docs as files', async () => {
    await consumer.run('npx', ['auth-contracts', 'docs', 'build', '--out', 'site'])
    const files = [...variantNames, 'controls', 'index.html', 'llms-full.txt', 'llms.txt']
    expect(readdirSync(join(consumer.folder, 'site')).sort()).toEqual(files.sort())
    const page = await readFile(join(consumer.folder, 'site', variant, 'index.html'), 'utf8')
    expect(page).toMatch(/<script type="module">\s+\/\*\* \n\* @license MIT/)
  })

  it('runs the stub, the sandbox and the mock in a program', async () => {
    await consumer.write({ 'server.mjs': programs.server })
    await consumer.run(node, ['server.mjs'])
  })
})

describe('an older Node version', () => {
  const versions = { 20: '20.20.2', 22: '22.23.5' }
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  let consumer: Consumer
  const binOf = (major: keyof typeof versions) => join(consumer.folder, 'node_modules', `node${major}`, 'bin')

  beforeAll(async () => {
    consumer = await createConsumer(base, {
      'client.mjs': programs.client,
      'contracts.mjs': programs.contracts,
      'server.mjs': programs.server,
    })
    const nodes = Object.entries(versions).map(
      ([major, version]) => `node${major}@npm:node-${platform}@${version}`,
    )
    await consumer.run('npm', ['install', ...nodes])
    await consumer.run('npm', ['install', '--engine-strict', tarballs.main, tarballs.client], {
      node: binOf(20),
    })
  })

  it.each([20, 22] as const)('runs the clients and the exports of the contracts (Node %s)', async (major) => {
    expect((await consumer.run('node', ['client.mjs'], { node: binOf(major) })).stderr).toBe('')
    expect((await consumer.run('node', ['contracts.mjs'], { node: binOf(major) })).stderr).toBe('')
  })

  it('runs the stub, the sandbox and the mock in a program (Node 22)', async () => {
    await consumer.run('node', ['server.mjs'], { node: binOf(22) })
  })

  it('reports the required version when a sandbox, a server or a mock is used (Node 20)', async () => {
    for (const program of [
      "await import('auth-contracts/testing')",
      "await import('auth-contracts/sandbox')",
      "await import('auth-contracts/server')",
      "await (await import('auth-contracts/mock')).createMock('bkend')",
    ]) {
      const running = consumer.run('node', ['--input-type=module', '-e', program], { node: binOf(20) })
      await expect(running).rejects.toThrow('auth-contracts needs Node.js 22.18 or newer, not v20.20.2.')
    }
  })

  it('reports the required version in one sentence (Node 20)', async () => {
    const starting = consumer.run('auth-contracts', ['start'], { node: binOf(20) })
    await expect(starting).rejects.toThrow(
      /failed:\n\nerror: auth-contracts needs Node\.js 22\.18 or newer, not v20\.20\.2\. Install Node\.js 24 [^\n]*\n$/,
    )
  })
})

describe('the package in a frontend', () => {
  /** The current versions of these tools. */
  const tools = {
    '@playwright/test': '1.65.1',
    '@types/node': '24.19.2',
    '@types/react': '19.3.3',
    jest: '30.5.2',
    jsdom: '31.0.1',
    msw: '3.0.5',
    next: '16.4.6',
    react: '19.3.1',
    'react-dom': '19.3.1',
    typescript: '5.9.3',
    'typescript-7': 'npm:typescript@7.0.2',
    vite: '8.4.0',
    vitest: '5.1.2',
  }
  let consumer: Consumer
  const tsc = (project: string) => consumer.run('tsc', ['-p', project])

  beforeAll(async () => {
    consumer = await createConsumer(base, programs.frontend)
    const packages = Object.entries(tools).map(([name, version]) => `${name}@${version}`)
    await consumer.run('npm', ['install', '--ignore-scripts', ...packages, tarballs.main, tarballs.client])
  })

  it.each(['auth-contracts/client', 'auth-contracts-client'])(
    'builds a page that imports %s with Vite',
    async (name) => {
      await consumer.write({ 'vite/src/main.ts': programs.page(name) })
      await consumer.run('vite', ['build'], { cwd: 'vite' })
      const [script = ''] = globSync('vite/dist/assets/*.js', { cwd: consumer.folder })
      expect(statSync(join(consumer.folder, script)).size).toBeLessThan(20_000)
    },
  )

  it('passes the type checks of a new Vite project, including declarations', async () => {
    await tsc('vite')
    await consumer.run(node, ['node_modules/typescript-7/bin/tsc', '-p', 'vite'])
  })

  it('passes the type checks of a server project', () => tsc('server'))

  it('builds with the default bundler and settings of Next.js', async () => {
    await consumer.run('next', ['build'], { cwd: 'next' })
  })

  it('runs in Vitest with jsdom, together with the sandbox', async () => {
    await consumer.run('vitest', ['run'], { cwd: 'vitest' })
  })

  it('runs in Jest as ES modules', async () => {
    await consumer.run(node, ['--experimental-vm-modules', '../node_modules/jest/bin/jest.js'], {
      cwd: 'jest',
    })
  })

  it('compiles every snippet of the guides', async () => {
    const guides = [
      'README.md',
      ...['client', 'msw', 'server', 'testing'].map((name) => `src/${name}/README.md`),
    ]
    const texts = await Promise.all(guides.map((guide) => readFile(join(root, guide), 'utf8')))
    const snippets = texts.flatMap((text, index) =>
      [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code], number) => [
        `guides/src/${guides[index]?.replaceAll('/', '-')}-${number + 1}.ts`,
        `${code}\nexport {}\n`,
      ]),
    )
    expect(snippets.length).toBeGreaterThan(guides.length)
    await consumer.write({ 'guides/tsconfig.json': programs.guideSettings, ...Object.fromEntries(snippets) })
    await tsc('guides')
  })
})

const runAll = (consumer: Consumer, [command = '', ...args]: string[]) => consumer.run(command, args)
