import { once } from 'node:events'
import { access, constants, cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { mockPath } from '../../src/catalog/api.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { servedNames } from '../support/served.ts'
import { likeOldNode, run, runServer } from './run.ts'

const [variant] = servedNames
const root = resolve(import.meta.dirname, '../..')

/** The outcome of a user error: only a message on standard error, without a stack trace. */
const userError = (message: RegExp) => ({
  code: 1,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^error: ${message.source}[^\\n]*\\n$`)),
})

describe('--help', () => {
  it.each([[[]], [['start']], [['mock']], [['docs']], [['docs', 'build']]])(
    'shows the usage of %j',
    async (command) => {
      const { code, stdout } = await run([...command, '--help'])
      expect(code).toBe(0)
      expect(stdout).toContain('Usage: auth-contracts')
    },
  )

  it.each([[['start']], [['mock']], [['docs', 'build']]])('shows examples of %j to copy', async (command) => {
    expect((await run([...command, '--help'])).stdout).toMatch(/Examples:\n {2}np[mx] /)
  })
})

describe('the start command', () => {
  it('prints all URLs, serves them to its own host only, and exits with 0 on SIGINT', async () => {
    const server = await runServer(['start', '--port', '0', '--memory'])
    const health = await fetch(`${server.url}/healthz`)
    expect(await health.json()).toEqual({ status: 'ok' })
    const mock = await fetch(`${server.url}/mock/${variant}/nothing`)
    expect((await mock.json()).available[0]).toContain(`/mock/${variant}/`)
    const foreign = 'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'
    expect(await rawStatus(Number(new URL(server.url).port), foreign)).toContain('421')
    const { code, stdout, stderr } = await server.stop('SIGINT')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const name of variantNames) {
      expect(stdout).toContain(`${server.url}${mockPath(builtInApi(name))}\n`)
      expect(stdout).toContain(`${server.url}/docs/${name}/\n`)
    }
  })

  it('reports a port that is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const address = holder.address()
    const port = typeof address === 'object' ? address?.port : undefined
    expect(await run(['start', '--port', String(port)])).toEqual(
      userError(new RegExp(`Port ${port} is in use`)),
    )
    holder.close()
  })

  it.each(['abc', '-1', '70000', '1.5', ''])('rejects the port "%s"', async (port) => {
    const { code, stderr } = await run(['start', `--port=${port}`])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('Pass a whole number from 0 to 65535.'),
    })
  })

  it('rejects a host that does not belong to this machine', async () => {
    expect(await run(['start', '--port', '0', '--host', '203.0.113.1'])).toEqual(
      userError(/This machine has no host or IP address "203.0.113.1"/),
    )
  })
})

describe('the mock command', () => {
  it('serves one contract at the root with --delay, and prints a first request to copy', async () => {
    const server = await runServer(['mock', variant, '--port', '0', '--delay', '200-250'])
    const start = performance.now()
    const response = await fetch(`${server.url}/nothing`)
    expect(performance.now() - start).toBeGreaterThan(195)
    expect((await response.json()).available[0]).toMatch(/^[A-Z]+ \/(?!mock)/)
    const { stdout } = await server.stop()
    expect(stdout).toContain(`curl -X POST ${server.url}/`)
  })

  it('explains a rejected request on standard error', async () => {
    const server = await runServer(['mock', variant, '--port', '0'])
    const { available } = await (await fetch(`${server.url}/nothing`)).json()
    const [, path] = (available as string[]).find((line) => line.startsWith('POST'))?.split(' ') ?? []
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    expect(response.status).toBeGreaterThanOrEqual(400)
    const { stderr } = await server.stop()
    expect(stderr).toContain(`POST ${path} returned ${response.status}: the request violates the contract.`)
    expect(stderr).toContain('"When the mock rejects a request" in README.md')
  })

  it('rejects an invalid delay', async () => {
    for (const command of [['mock', variant], ['start']])
      expect(await run([...command, '--port', '0', '--delay', '500-100'])).toEqual(
        userError(
          /option '--delay <ms>' argument '500-100' is invalid. Pass milliseconds such as 500, or a range such as 100-500, up to 60000\./,
        ),
      )
  })

  it('lists the available APIs if the name is unknown or missing', async () => {
    const list = variantNames.join(', ')
    expect(await run(['mock', 'unknown'])).toEqual(
      userError(new RegExp(`Unknown API "unknown". Available: ${list}`)),
    )
    expect(await run(['mock'])).toEqual(userError(new RegExp(`Pass the name of an API: ${list}`)))
  })
})

describe('the docs build command', () => {
  it('writes the site, and counts the files of each API in a stable order', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-cli-'))
    const { code, stdout } = await run(['docs', 'build', '--out', 'here'], folder)
    const found = await readdir(join(folder, 'here'))
    const files = (await readdir(join(folder, 'here'), { recursive: true })).filter((name) =>
      name.includes('.'),
    )
    await rm(folder, { recursive: true })
    expect(code).toBe(0)
    const folders = [...variantNames, 'controls'].toSorted()
    expect(found.toSorted()).toEqual(['index.html', 'llms-full.txt', 'llms.txt', ...folders].toSorted())
    const count = (api: string) => files.filter((file) => file.startsWith(`${api}${sep}`)).length
    expect(stdout.split('\n').filter((line) => line.startsWith('Wrote '))).toEqual([
      'Wrote index.html, llms-full.txt, llms.txt',
      ...folders.map((name) => `Wrote ${name}${sep}: ${count(name)} files`),
    ])
  })

  it('rejects an output folder that is a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-cli-'))
    await writeFile(join(folder, 'taken'), '')
    const outcome = await run(['docs', 'build', '--out', 'taken'], folder)
    const below = await run(['docs', 'build', '--out', 'taken/site'], folder)
    await rm(folder, { recursive: true })
    expect(outcome).toEqual(userError(/--out taken: a file exists/))
    expect(below).toEqual(userError(/--out taken\/site: a file exists/))
  })

  it.runIf(process.platform === 'linux')('rejects an output folder that cannot be created', async () => {
    const outcome = await run(['docs', 'build', '--out', '/proc/x'])
    expect(outcome).toEqual(userError(/--out \/proc\/x: cannot create a folder here\. /))
  })
})

describe('without generated/', () => {
  it('reports a missing generated/ folder with the command that creates it, but still shows --help', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-cli-'))
    await cp(join(root, 'src'), join(folder, 'src'), { recursive: true })
    await cp(join(root, 'package.json'), join(folder, 'package.json'))
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    const main = join(folder, 'src', 'cli', 'main.ts')
    const [start, mock, docs, help] = await Promise.all(
      [['start', '--port', '0'], ['mock', variant], ['docs', 'build'], ['--help']].map((args) =>
        run(args, folder, main),
      ),
    )
    await rm(folder, { recursive: true })
    const missing = userError(/The folder generated\/ is missing. Create it with: npm run generate/)
    expect([start, mock, docs]).toEqual([missing, missing, missing])
    expect(help?.code).toBe(0)
  })
})

describe('a mistyped command', () => {
  it.each([
    [['stat'], /unknown command 'stat'/],
    [['start', '--prot', '1'], /unknown option '--prot'/],
    [['proxy', '--url', 'http://localhost'], /unknown option '--url'\n\(Did you mean --upstream\?\)/],
    [['start', 'now'], new RegExp(`Unknown API "now"\\. Available: ${variantNames.join(', ')}`)],
    [['docs', 'biuld'], /unknown command 'biuld'/],
  ])('reports the mistake in %j without a stack trace', async (args, message) => {
    const { code, stderr } = await run(args)
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('names the option of contract tests that the proxy calls --upstream', async () => {
    expect(await run(['test', '--upstream', 'http://localhost'])).toMatchObject({
      code: 2,
      stderr: "error: unknown option '--upstream'\n(Did you mean --url?)\n",
    })
  })
})

describe('an old Node version', () => {
  it('starts the version that npm ci has installed, and exits with its status', async () => {
    const old = (args: string[]) => run(args, undefined, undefined, likeOldNode)
    expect(await old(['--version'])).toEqual(await run(['--version']))
    expect(await old(['mock', 'unknown'])).toEqual(userError(/Unknown API "unknown"/))
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('forwards %s, so that open requests can finish', async (signal) => {
    const server = await runServer(['mock', variant, '--port', '0'], likeOldNode)
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404)
    const { code, stdout } = await server.stop(signal)
    expect([code, stdout.match(/Stopping\./g)]).toEqual([0, ['Stopping.']])
    await expect(fetch(server.url)).rejects.toThrow()
  })

  it('reports the required version if npm ci has installed none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-cli-'))
    await cp(join(root, 'src', 'cli'), join(folder, 'src', 'cli'), { recursive: true })
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const main = join(folder, 'src', 'cli', 'auth-contracts.js')
    const outcome = await run(['--version'], folder, main, likeOldNode)
    await rm(folder, { recursive: true })
    expect(outcome).toEqual(
      userError(/auth-contracts needs Node.js 22.18 or newer, not v[\d.]+\. .*run npm ci in /),
    )
  })
})

it('makes the command file executable', async () => {
  await access(new URL('../../src/cli/auth-contracts.js', import.meta.url), constants.X_OK)
})

/** Returns the status line of the response to a request that no HTTP client would send. */
async function rawStatus(port: number, request: string): Promise<string> {
  const { connect } = await import('node:net')
  const socket = connect(port, '127.0.0.1')
  socket.end(request)
  const [chunk] = await once(socket, 'data')
  socket.destroy()
  return String(chunk).split('\r\n')[0] ?? ''
}
