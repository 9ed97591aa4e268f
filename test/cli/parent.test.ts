import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isSlow } from '../support/slow.ts'
import { bareEnv, temporaryFolder } from './child.ts'
import { likeOldNode } from './run.ts'

const root = resolve(import.meta.dirname, '../..')
const main = join(root, 'src/cli/auth-contracts.js')
const args = ['start', '--port', '0', '--memory']

/** Creates a project in which `npm start` and `npx auth-contracts start` run this checkout. */
async function createProject(): Promise<string> {
  const folder = await temporaryFolder()
  const start = `node ${main} ${args.join(' ')}`
  const old = `node ${likeOldNode.join(' ')} ${main} ${args.join(' ')}`
  const serve = `DRAIN_SECONDS=3 node ${main} serve bkend --port 0 --memory`
  const manifest = { name: 'project', scripts: { start, old, serve } }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const bin = join(folder, 'node_modules/.bin')
  await mkdir(bin, { recursive: true })
  await symlink(main, join(bin, 'auth-contracts'))
  return folder
}

interface Started {
  child: ChildProcess
  url: string
  output: () => string
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Runs a command until its server is ready. All its processes end after the test. */
async function startReady(command: string, commandArgs: string[], cwd?: string): Promise<Started> {
  // A new process group, as in a terminal, so that the test can end all of it.
  const child = spawn(command, commandArgs, {
    cwd,
    env: bareEnv,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    try {
      process.kill(-Number(child.pid), 'SIGKILL')
    } catch {
      // No process of the group is left.
    }
  })
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.once('exit', (code, signal) => done({ code, signal }))
  })
  let output = ''
  const url = await new Promise<string>((done, fail) => {
    const read = (chunk: Buffer) => {
      output += chunk
      const found = /ready: (\S+)/.exec(output)?.[1]
      if (found) done(found)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    exited.then(() => fail(new Error(`The process ended: ${output}`)))
  })
  return { child, url, output: () => output, exited }
}

const responds = (url: string) =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  )

const allCommands = [
  ['npx', 'npx', ['auth-contracts', ...args]],
  ['npm start', 'npm', ['start']],
  ['npm, by way of the wrapper', 'npm', ['run', 'old']],
] as const
const commands = isSlow ? allCommands : allCommands.slice(0, 1)

describe.skipIf(process.platform === 'win32')('a server whose parent ends', () => {
  it.each(commands)('stops when %s gets SIGTERM', async (_, command, commandArgs) => {
    const { child, url } = await startReady(command, [...commandArgs], await createProject())
    child.kill('SIGTERM')
    await expect.poll(() => responds(url)).toBe(false)
  })

  it.runIf(process.platform === 'linux').each(commands)(
    'stops when %s is killed',
    async (_, command, commandArgs) => {
      const { child, url } = await startReady(command, [...commandArgs], await createProject())
      child.kill('SIGKILL')
      await expect.poll(() => responds(url)).toBe(false)
    },
  )

  it('stops when the wrapper is killed', async () => {
    const { child, url } = await startReady(process.execPath, [...likeOldNode, main, ...args])
    child.kill('SIGKILL')
    await expect.poll(() => responds(url)).toBe(false)
  })

  it('drains once when npm and the server get SIGTERM together', async () => {
    const { child, output } = await startReady('npm', ['run', 'serve'], await createProject())
    process.kill(-Number(child.pid), 'SIGTERM')
    await expect.poll(output).toContain('"msg":"stopped"')
    expect(output()).toContain('"status":0')
    expect(output().match(/"msg":"stopping"/g)).toHaveLength(1)
  })

  it('goes on when a shell that put it in the background ends', async () => {
    const command = `${process.execPath} ${main} ${args.join(' ')} & sleep 3`
    const { url, exited } = await startReady('sh', ['-c', command])
    await exited
    await new Promise((done) => setTimeout(done, 2500))
    expect(await responds(url)).toBe(true)
  })
})

describe.skipIf(process.platform === 'win32')('the wrapper', () => {
  it.each([
    ['SIGTERM', { code: 0, signal: null }],
    ['SIGINT', { code: 0, signal: null }],
    ['SIGHUP', { code: null, signal: 'SIGHUP' }],
  ] as const)('passes %s on, and ends like the server', async (signal, outcome) => {
    const { child, url, exited } = await startReady(process.execPath, [...likeOldNode, main, ...args])
    child.kill(signal)
    expect(await exited).toEqual(outcome)
    expect(await responds(url)).toBe(false)
  })

  it.runIf(process.platform === 'linux')('ends with the signal that ended the server', async () => {
    const { child, exited } = await startReady(process.execPath, [...likeOldNode, main, ...args])
    const server = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
    process.kill(Number(server), 'SIGKILL')
    expect(await exited).toEqual({ code: null, signal: 'SIGKILL' })
  })
})
