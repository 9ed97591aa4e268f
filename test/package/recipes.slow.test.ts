import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { freePort } from '../cli/child.ts'
import { root } from './pack.ts'

const folder = join(root, 'examples')
const read = (file: string) => readFile(join(folder, file), 'utf8')

interface Compose {
  services: Record<
    string,
    { command: string; environment: Record<string, string>; healthcheck: { test: string[] } }
  >
}

/** Reads an example, with a free port in place of that of the hub. */
async function readRecipe<Recipe>(file: string): Promise<{ port: number; recipe: Recipe }> {
  const port = await freePort()
  return { port, recipe: parse((await read(file)).replaceAll('4000', String(port)), { merge: true }) }
}

/** The test of a frontend, and the command of this repository in place of the package. */
const projectFiles = {
  'package.json': JSON.stringify({
    type: 'module',
    scripts: { 'test:e2e': 'node e2e.js' },
    devDependencies: { 'auth-contracts': 'file:./kit' },
  }),
  'e2e.js': `const { ok } = await fetch(process.env.AUTH_URL + '/api/auth/' + (process.env.BROKEN ? 'nope' : 'settings'))
if (!ok) throw new Error('broken')
console.log('The tests have passed.')`,
}

const env = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  npm_config_update_notifier: 'false',
}

async function createProject() {
  const project = await mkdtemp(join(tmpdir(), 'recipe-'))
  onTestFinished(() => rm(project, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))
  await cp(join(folder, 'compose/frontend'), join(project, 'frontend'), { recursive: true })
  const kit = { name: 'auth-contracts', version: '1.0.0', type: 'module', bin: './bin.js' }
  const files = {
    ...projectFiles,
    'kit/package.json': JSON.stringify(kit),
    'kit/bin.js': `#!/usr/bin/env node\nimport ${JSON.stringify(join(root, 'src/cli/auth-contracts.js'))}\n`,
    // Stands in for the name server of Compose.
    'names.cjs': `const dns = require('node:dns')
const { lookup } = dns
dns.lookup = (name, ...others) => lookup(name === 'hub' ? '127.0.0.1' : name, ...others)`,
  }
  await mkdir(join(project, 'kit'))
  for (const [path, text] of Object.entries(files))
    await writeFile(join(project, path), text, { mode: 0o755 })
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund'], { cwd: project, env })

  /** Runs a command until it exits. Its background processes end with the test. */
  async function run(command: string, args: string[], variables: Record<string, string> = {}) {
    const child = spawn(command, args, { cwd: project, env: { ...env, ...variables }, detached: true })
    onTestFinished(() => endGroup(child.pid))
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk
      })
    const [code] = await once(child, 'exit')
    return { code, output }
  }
  /** Starts a server, which ends with the test. */
  function start(command: string, variables: Record<string, string>) {
    const [program = '', ...args] = command.split(' ')
    const child = spawn(program, args, {
      cwd: project,
      env: { ...env, ...variables },
      stdio: 'ignore',
      detached: true,
    })
    onTestFinished(() => endGroup(child.pid))
  }
  return { project, run, start }
}

async function endGroup(pid: number | undefined): Promise<void> {
  for (let round = 0; pid !== undefined && round < 100; round++)
    try {
      process.kill(-pid, round < 50 ? 'SIGTERM' : 'SIGKILL')
      await new Promise((resolve) => setTimeout(resolve, 100))
    } catch {
      return
    }
}

/** Sends a request to this machine for another host name. */
const send = (port: number, path: string, host: string) =>
  new Promise<{ status: number | undefined; location: string | undefined }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      response.resume()
      resolve({ status: response.statusCode, location: response.headers.location })
    })
      .on('error', reject)
      .end()
  })

describe('the workflow for GitHub Actions', () => {
  interface Workflow {
    jobs: { e2e: { env: Record<string, string>; steps: { run?: string; if?: string }[] } }
  }
  it.each([false, true])('starts the hub and runs the tests; broken: %s', async (isBroken) => {
    const { port, recipe } = await readRecipe<Workflow>('ci/github-actions.yml')
    const { project, run } = await createProject()
    const variables = { ...recipe.jobs.e2e.env, ...(isBroken && { BROKEN: '1' }) }
    const codes: unknown[] = []
    for (const { run: script, if: condition } of recipe.jobs.e2e.steps) {
      const hasFailed = codes.some((code) => code !== 0)
      if (script === undefined || hasFailed !== (condition === 'failure()')) continue
      codes.push((await run('bash', ['-e', '-c', script], variables)).code)
    }
    expect(codes).toEqual(isBroken ? [0, 0, 1, 0] : [0, 0, 0])
    expect(await readFile(join(project, 'auth-contracts.log'), 'utf8')).toContain(`localhost:${port}`)
    if (!isBroken) return
    const { requests } = JSON.parse(await readFile(join(project, 'requests.json'), 'utf8'))
    expect(requests).toMatchObject([{ path: '/api/auth/nope', verdict: 'request' }])
  })
})

describe('the job for GitLab', () => {
  interface Pipeline {
    e2e: { script: string[]; variables: Record<string, string> }
  }
  it.each([false, true])('starts the hub and runs the tests; broken: %s', async (isBroken) => {
    const { recipe } = await readRecipe<Pipeline>('ci/gitlab-ci.yml')
    const { project, run } = await createProject()
    const { script, variables } = recipe.e2e
    const { code, output } = await run('bash', ['-eo', 'pipefail', '-c', script.join('\n')], {
      ...variables,
      ...(isBroken && { BROKEN: '1' }),
    })
    expect([code, output.includes('The tests have passed.')]).toEqual(isBroken ? [1, false] : [0, true])
    if (isBroken) expect(await readFile(join(project, 'requests.json'), 'utf8')).toContain('/api/auth/nope')
  })
})

describe('the Compose file', () => {
  it('lets the frontend reach the hub by its name, and the browser by the public URL', async () => {
    const { port, recipe } = await readRecipe<Compose>('compose/compose.yaml')
    const { hub, frontend } = recipe.services
    const { project, run, start } = await createProject()
    start(hub?.command ?? '', hub?.environment ?? {})
    const [, check = '', ...args] = hub?.healthcheck.test ?? []
    await expect.poll(async () => (await run(check, args)).code).toBe(0)

    const oauth = await send(port, '/sandbox/bedrud/api/auth/google/login', `hub:${port}`)
    expect(oauth.location).toMatch(new RegExp(`^http://localhost:${port}/sandbox/bedrud/`))
    expect((await send(port, '/sandbox/bedrud/api/auth/settings', 'other')).status).toBe(403)
    const sandbox = `http://127.0.0.1:${port}/sandbox/openfactory`
    const [{ email }] = (await (await fetch(`${sandbox}/__dev/seed`)).json()).users
    await fetch(`${sandbox}/api/auth/forgot-password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email }),
    })
    const inbox = async () => (await fetch(`${sandbox}/__dev/inbox?to=${email}`)).text()
    await expect.poll(inbox).toContain('http://localhost:3000/')

    const web = String(await freePort())
    const names = `--require ${join(project, 'names.cjs')}`
    start(frontend?.command ?? '', { ...frontend?.environment, PORT: web, NODE_OPTIONS: names })
    const page = async () => (await fetch(`http://127.0.0.1:${web}`).catch(() => undefined))?.text()
    await expect.poll(page).toContain(`href="http://localhost:${port}/sandbox/bedrud/api/auth/google/login"`)
  })
})
