import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/**
 * What a process did to its files, in order, and when it acknowledged something: with a line on its standard
 * output.
 */
export type Step =
  | { kind: 'write'; path: string; at: number; data: Buffer }
  | { kind: 'truncate'; path: string; length: number }
  | { kind: 'sync'; path: string }
  | { kind: 'acknowledge'; what: string }

const decode = (escaped: string) => Buffer.from(escaped.replaceAll('\\x', ''), 'hex')
const traced = 'pwrite64,write,fsync,fdatasync,ftruncate'

/**
 * Runs a Node.js program and records what its main thread does.
 * @param folder for the recording
 * @throws {Error} when there is no strace, or the program fails
 */
export async function recordFileOperations(program: string[], folder: string): Promise<Step[]> {
  const options = ['-ff', '-y', '-xx', '-s', '1000000', '-e', `trace=${traced}`, '-o', join(folder, 'trace')]
  const child = spawn('strace', [...options, process.execPath, ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const missing = once(child, 'error').then(() => {
    throw new Error(
      'What reaches the disk is recorded with strace, which is missing. Install the package strace.',
    )
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const [, complaints, [code]] = await Promise.race([ended, missing])
  if (code !== 0) throw new Error(`The recorded program ended with ${code}: ${complaints}`)
  const names = (await readdir(folder)).filter((name) => name.startsWith('trace.'))
  const threads = await Promise.all(
    names.map(async (name) => stepsIn(await readFile(join(folder, name), 'latin1'))),
  )
  // The order between threads is not known, so all that counts has to be in one.
  const [steps, ...others] = threads.filter((all) => all.some(({ kind }) => kind !== 'sync'))
  if (!steps || others.length > 0) throw new Error(`${others.length + 1} threads wrote to files`)
  return steps
}

function stepsIn(trace: string): Step[] {
  return trace.split('\n').flatMap((line): Step[] => {
    const [, call = '', descriptor = '', escaped = '', rest = '', result = ''] =
      /^(\w+)\((\d+)<([^>]*)>(.*)\) += (\d+)$/.exec(line) ?? []
    const path = decode(escaped).toString()
    const [, content = '', cut] = /^, "([^"]*)"(\.{3})?/.exec(rest) ?? []
    if (cut) throw new Error('A write was recorded in part')
    const number = Number(rest.split(', ').at(-1))
    if (call === 'write' && descriptor === '1')
      return [{ kind: 'acknowledge', what: decode(content).toString().trim() }]
    if (!path.startsWith('/')) return []
    if (call === 'pwrite64')
      return [{ kind: 'write', path, at: number, data: decode(content).subarray(0, Number(result)) }]
    if (call === 'ftruncate') return [{ kind: 'truncate', path, length: number }]
    if (call === 'fsync' || call === 'fdatasync') return [{ kind: 'sync', path }]
    return []
  })
}

type Change = Exclude<Step, { kind: 'acknowledge' | 'sync' }>
const sector = 512

/** A file on a disk that may lose, or keep by whole sectors, whatever was not synced, in any order. */
export function createCrashableFile() {
  let durable: Buffer = Buffer.alloc(0)
  let pending: Change[] = []
  const after = (changes: Change[]) => changes.reduce(applied, durable)
  return {
    change: (step: Change) => pending.push(step),
    sync() {
      durable = after(pending)
      pending = []
    },
    /** What is there afterwards. @param keeps how much of a change survives, from 0 to 1 */
    afterLoss: (keeps: () => number) => after(pending.flatMap((step) => survivorOf(step, keeps()))),
  }
}

function survivorOf(step: Change, share: number): Change[] {
  if (step.kind === 'truncate') return share < 0.5 ? [] : [step]
  // Sectors are of the disk: the first one ends where the disk's does.
  const end = Math.floor((step.at + step.data.length * share) / sector) * sector
  const data = share === 1 ? step.data : step.data.subarray(0, Math.max(0, end - step.at))
  return data.length === 0 ? [] : [{ ...step, data }]
}

function applied(before: Buffer, step: Change): Buffer {
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
