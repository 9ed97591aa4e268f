import { closeSync, createWriteStream, openSync, readSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import type { VariantName } from '../../../generated/index.ts'
import { writeAtomically } from '../../common/atomic-file.ts'
import { describeFsError } from '../../common/fs-error.ts'
import { UserError } from '../../common/user-error.ts'
import { type Change, StoreUnavailableError } from '../../core/store.ts'
import { tablesVersion, toInsert } from '../../storage/exported-rows.ts'
import { parentsFirst } from '../../storage/schema.ts'
import { assertFileIsNew } from './data.ts'
import type { AdminContext } from './open.ts'

/**
 * The first line of an export file. Then follows one row per line, and a last line with the number of rows.
 */
interface Header {
  format: typeof format
  version: number
  api: VariantName
  exportedAt: string
}
const format = 'auth-contracts-export'
const rowsPerProgressReport = 10_000

/** Receives the number of rows so far, then `end`. */
export type Progress = (rows: number | 'end') => void

/**
 * Exports a consistent snapshot of all tables to a file that any engine can import. Counters of rate limits
 * and uploaded files are left out.
 * @param path created with its folder, with mode 0600; no partial file remains after an error
 * @returns the number of rows
 * @throws {UserError} when the file exists or cannot be written
 */
export async function exportData(
  { api, store }: AdminContext,
  path: string,
  progress: Progress,
): Promise<number> {
  let rows = 0
  async function* lines() {
    const header: Header = { format, version: tablesVersion, api, exportedAt: new Date().toISOString() }
    yield `${JSON.stringify(header)}\n`
    for await (const row of store.snapshot()) {
      yield `${JSON.stringify(row)}\n`
      if (++rows % rowsPerProgressReport === 0) progress(rows)
    }
    yield `${JSON.stringify({ rows })}\n`
  }
  assertFileIsNew(path)
  try {
    const write = (draft: string) =>
      pipeline(Readable.from(lines()), createWriteStream(draft, { flags: 'r+', mode: 0o600 }))
    await writeAtomically(path, write, { replace: false })
  } catch (error) {
    throw toFileError(path, error)
  }
  progress('end')
  return rows
}

/**
 * Imports an export file into an empty database, in one transaction. After an error or a crash, no imported
 * row remains.
 * @returns the number of rows
 * @throws {UserError} when the database is not empty, or the file cannot be imported
 */
export async function importData(
  { api, store }: AdminContext,
  path: string,
  progress: Progress,
): Promise<number> {
  const counts = await Promise.all(parentsFirst.map((table) => store.count(table, {})))
  if (counts.some((count) => count > 0))
    throw new UserError('The database is not empty. Import into a new one.')
  let rows = 0
  // Check the whole file before writing anything.
  for (const _ of readChanges(api, path)) rows++
  const outcome = await store
    .write(withProgress(progress, { [Symbol.iterator]: () => readChanges(api, path) }))
    .catch((error) => {
      throw toFileError(path, error)
    })
  progress('end')
  if (!outcome.done)
    throw new UserError(`Line ${outcome.step + 2} of ${path} cannot be inserted: ${outcome.reason}.`)
  return rows
}

function withProgress(progress: Progress, changes: Iterable<Change>): Iterable<Change> {
  return {
    *[Symbol.iterator]() {
      let rows = 0
      for (const change of changes) {
        yield change
        if (++rows % rowsPerProgressReport === 0) progress(rows)
      }
    },
  }
}

function* readChanges(api: VariantName, path: string): Generator<Change> {
  let line = 0
  let total: number | undefined
  try {
    for (const text of readLines(path)) {
      line++
      const value = parseLine(text, line)
      if (line === 1) assertHeader(value, api)
      else if (total !== undefined) throw new Error('there are lines after the last one')
      else if (typeof value.rows === 'number') total = value.rows
      else yield toInsert(value)
    }
    if (total === undefined || total !== line - 2) throw new Error('it is incomplete')
  } catch (error) {
    const where = line > 1 ? `, line ${line}` : ''
    throw toFileError(`${path}${where}`, error)
  }
}

/** Reads synchronously, because a SQLite transaction is synchronous. */
function* readLines(path: string): Generator<string> {
  const file = openSync(path, 'r')
  const decoder = new StringDecoder()
  const chunk = Buffer.alloc(64 * 1024)
  let rest = ''
  try {
    for (let length = -1; length !== 0; ) {
      length = readSync(file, chunk)
      const lines = (rest + decoder.write(chunk.subarray(0, length))).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    if (rest !== '') yield rest
  } finally {
    closeSync(file)
  }
}

function parseLine(text: string, line: number) {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(line === 1 ? notAnExport : 'it is not valid JSON', { cause })
  }
}

const notAnExport = 'it is not an export file'

function assertHeader(value: Partial<Header>, api: VariantName): void {
  if (value?.format !== format) throw new Error(notAnExport)
  if (value.version !== tablesVersion)
    throw new Error('it was exported by another release; export and import with the same release')
  if (value.api !== api) throw new Error(`it was exported from ${value.api}, not from ${api}`)
}

/** Turns an error about the file into a `UserError`. Database errors stay unchanged. */
function toFileError(path: string, error: unknown): Error {
  if (error instanceof StoreUnavailableError || error instanceof UserError) return error
  const reason = error instanceof Error ? error.message : String(error)
  const message = describeFsError(error, path) ?? `${path} cannot be used: ${reason}.`
  return new UserError(message, { cause: error })
}
