import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { contractUrl } from '../../generated/index.ts'
import { ConnectionError } from '../../src/conformance/connection.ts'
import { createContract } from '../../src/conformance/contract/contract.ts'
import { testConformance } from '../../src/conformance/index.ts'
import { adapters } from '../../src/conformance/variants/index.ts'
import type { Mutant } from './mutant.ts'

/** Whether the kit found a fault, and how. */
export interface Verdict {
  mutant: Mutant
  killed: boolean
  /** The first violation that was found. */
  by: string
  seconds: number
}

const entry = new URL('../../src/cli/auth-contracts.js', import.meta.url).pathname
const plant = new URL('./plant.ts', import.meta.url).href

/**
 * Runs the kit against a server with a fault.
 * @throws {Error} if the server does not start, which is a mistake in the mutant
 */
export async function runMutant(mutant: Mutant): Promise<Verdict> {
  const start = performance.now()
  const { server, url } = await startServer(mutant)
  try {
    const by = await firstFailure(mutant, url)
    return { mutant, killed: by !== undefined, by: by ?? '', seconds: (performance.now() - start) / 1000 }
  } finally {
    server.kill('SIGKILL')
    await once(server, 'exit')
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

async function startServer({
  name,
  variant,
  mutations,
}: Mutant): Promise<{ server: ChildProcess; url: string }> {
  const args = ['--import', plant, entry, 'serve', variant, '--memory', '--port', '0']
  const server = spawn(process.execPath, args, {
    env: { ...process.env, MUTANT: JSON.stringify(mutations), LOG_LEVEL: 'error' },
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
