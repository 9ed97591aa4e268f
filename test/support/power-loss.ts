import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/**
 * A file operation of a process, or an acknowledgement, which the process prints as a line on standard
 * output.
 */
export type Step =
  | { kind: 'write'; path: string; at: number; data: Buffer }
  | { kind: 'truncate'; path: string; length: number }
  | { kind: 'sync'; path: string }
  | { kind: 'acknowledge'; what: string }

const decodeHex = (escaped: string) => Buffer.from(escaped.replaceAll('\\x', ''), 'hex')
const tracedCalls = 'pwrite64,write,fsync,fdatasync,ftruncate'

/**
 * Runs a Node.js program and records the file operations of its main thread with strace.
 * @param program the script and its arguments
 * @param folder an empty folder for the trace files
 * @throws {Error} when strace is not installed, or the program fails
 */
export async function recordFileOperations(program: string[], folder: string): Promise<Step[]> {
  const options = [
    '-ff',
    '-y',
    '-xx',
    '-s',
    '1000000',
    '-e',
    `trace=${tracedCalls}`,
    '-o',
    join(folder, 'trace'),
  ]
  const child = spawn('strace', [...options, process.execPath, ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const missing = once(child, 'error').then(() => {
    throw new Error('This test needs strace to record file operations. Install the package strace.')
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const [, stderr, [code]] = await Promise.race([ended, missing])
  if (code !== 0) throw new Error(`The recorded program exited with ${code}: ${stderr}`)
  const names = (await readdir(folder)).filter((name) => name.startsWith('trace.'))
  const threads = await Promise.all(
    names.map(async (name) => stepsIn(await readFile(join(folder, name), 'latin1'))),
  )
  // The order between threads is unknown, so all writes must come from a single thread.
  const [steps, ...others] = threads.filter((all) => all.some(({ kind }) => kind !== 'sync'))
  if (!steps || others.length > 0) throw new Error(`${others.length + 1} threads wrote to files.`)
  return steps
}

function stepsIn(trace: string): Step[] {
  return trace.split('\n').flatMap((line): Step[] => {
    const [, call = '', descriptor = '', escaped = '', rest = '', result = ''] =
      /^(\w+)\((\d+)<([^>]*)>(.*)\) += (\d+)$/.exec(line) ?? []
    const path = decodeHex(escaped).toString()
    const [, content = '', cut] = /^, "([^"]*)"(\.{3})?/.exec(rest) ?? []
    if (cut) throw new Error('A write was recorded incompletely.')
    const number = Number(rest.split(', ').at(-1))
    if (call === 'write' && descriptor === '1')
      return [{ kind: 'acknowledge', what: decodeHex(content).toString().trim() }]
    if (!path.startsWith('/')) return []
    if (call === 'pwrite64')
      return [{ kind: 'write', path, at: number, data: decodeHex(content).subarray(0, Number(result)) }]
    if (call === 'ftruncate') return [{ kind: 'truncate', path, length: number }]
    if (call === 'fsync' || call === 'fdatasync') return [{ kind: 'sync', path }]
    return []
  })
}

type Change = Exclude<Step, { kind: 'acknowledge' | 'sync' }>
const sector = 512

/**
 * Simulates a file whose unsynced changes can be lost in a power failure, completely or from any sector on.
 */
export function createCrashableFile() {
  let durable: Buffer = Buffer.alloc(0)
  let pending: Change[] = []
  const apply = (changes: Change[]) => changes.reduce(applyChange, durable)
  return {
    change: (step: Change) => pending.push(step),
    sync() {
      durable = apply(pending)
      pending = []
    },
    /**
     * Returns the content after a power failure.
     * @param keeps returns the share of a change that survives, from 0 to 1
     */
    afterLoss: (keeps: () => number) => apply(pending.flatMap((step) => survivingPart(step, keeps()))),
  }
}

function survivingPart(step: Change, share: number): Change[] {
  if (step.kind === 'truncate') return share < 0.5 ? [] : [step]
  // Sectors are aligned to the disk, not to the start of the write.
  const end = Math.floor((step.at + step.data.length * share) / sector) * sector
  const data = share === 1 ? step.data : step.data.subarray(0, Math.max(0, end - step.at))
  return data.length === 0 ? [] : [{ ...step, data }]
}

function applyChange(before: Buffer, step: Change): Buffer {
  if (step.kind === 'truncate') {
    const cut = Buffer.alloc(step.length)
    before.copy(cut)
    return cut
  }
  const after = Buffer.alloc(Math.max(before.length, step.at + step.data.length))
  before.copy(after)
  step.data.copy(after, step.at)
  return after
}
