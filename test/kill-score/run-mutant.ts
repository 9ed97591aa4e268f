import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contractUrl } from '../../generated/index.ts'
import { ConnectionError } from '../../src/conformance/connection.ts'
import { createContract } from '../../src/conformance/contract/contract.ts'
import { testConformance } from '../../src/conformance/index.ts'
import { adapters } from '../../src/conformance/variants/index.ts'
import type { Mutant } from './mutant.ts'

/** A server to start: one with a fault, or without mutations. */
type Subject = Pick<Mutant, 'name' | 'variant' | 'mutations'>

const entry = new URL('../../src/cli/auth-contracts.js', import.meta.url).pathname
const plant = new URL('./plant.ts', import.meta.url).href

/** Runs the kit against a server with a fault. Returns the first violation that it finds. */
export const runKit = (mutant: Mutant): Promise<string | undefined> =>
  withServer(mutant, (url) => firstFailure(mutant, url))

/**
 * Starts a server, and stops it after its use.
 * @throws {Error} if the server does not start, which is a mistake in the mutant
 */
export async function withServer<T>(subject: Subject, use: (url: string) => Promise<T>): Promise<T> {
  // A server that is killed leaves its temporary files behind.
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-mutant-'))
  const { server, url } = await startServer(subject, folder)
  try {
    return await use(url)
  } finally {
    // A server that has crashed does not exit again.
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGKILL')
      await once(server, 'exit')
    }
    await rm(folder, { recursive: true })
  }
}

async function firstFailure({ variant }: Mutant, url: string): Promise<string | undefined> {
  const text = await readFile(contractUrl(variant), 'utf8')
  const contract = createContract(`${variant}/openapi.json`, JSON.parse(text), text)
  try {
    const { failures } = await testConformance({
      ...{ contract, adapter: adapters[variant], url },
      strict: true,
      bail: true,
    })
    const [first] = failures
    return first && `${first.finding.check}: ${first.finding.message}`
  } catch (error) {
    // A server that crashes is noticed, too.
    if (error instanceof ConnectionError) return error.message
    throw error
  }
}

async function startServer(
  { name, variant, mutations }: Subject,
  folder: string,
): Promise<{ server: ChildProcess; url: string }> {
  const args = ['--import', plant, entry, 'serve', variant, '--memory', '--port', '0']
  const server = spawn(process.execPath, args, {
    env: { ...process.env, MUTANT: JSON.stringify(mutations), LOG_LEVEL: 'error', TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk
      const [, url] = /ready: (http:\S+)/.exec(output) ?? []
      if (url !== undefined) resolve({ server, url })
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.once('exit', () => reject(new Error(`The mutant "${name}" does not start:\n${output}`)))
  })
}
