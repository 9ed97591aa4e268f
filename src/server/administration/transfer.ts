import { closeSync, createWriteStream, openSync, readSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import type { VariantName } from '../../../generated/index.ts'
import { writeAtomically } from '../../common/atomic-file.ts'
import { describeFsError } from '../../common/fs-error.ts'
import { UserError } from '../../common/user-error.ts'
import { type Change, insert, StoreUnavailableError, type TableName } from '../../core/store.ts'
import type { Tables } from '../../core/tables.ts'
import { parentsFirst, tables } from '../../storage/schema.ts'
import { requireNew } from './data.ts'
import type { AdminContext } from './open.ts'

/** The first line of a file says what it is; then one row a line; the last line says how many there were. */
interface Header {
  format: typeof format
  version: number
  api: VariantName
  exportedAt: string
}
const format = 'auth-contracts-export'
/** Goes up when a table changes, so that no release reads what it does not understand. */
const version = 2
const rowsBetween = 10_000

/** Is told how far it has come. */
export type Progress = (rows: number | 'end') => void

/**
 * Writes everything that is there at one moment to a file, which can then be imported on another engine. Limits that are
 * being counted are left out, and so are uploaded files.
 * @param path created with its folder, readable by its owner alone; whole or absent
 * @returns the number of rows
 * @throws {UserError}
 */
export async function exportData(
  { api, store }: AdminContext,
  path: string,
  progress: Progress,
): Promise<number> {
  let rows = 0
  async function* lines() {
    const header: Header = { format, version, api, exportedAt: new Date().toISOString() }
    yield `${JSON.stringify(header)}\n`
    for await (const one of store.snapshot()) {
      yield `${JSON.stringify(one)}\n`
      if (++rows % rowsBetween === 0) progress(rows)
    }
    yield `${JSON.stringify({ rows })}\n`
  }
  requireNew(path)
  try {
    await writeAtomically(path, (draft) => pipeline(Readable.from(lines()), createWriteStream(draft)))
  } catch (error) {
    throw toFileError(path, error)
  }
  progress('end')
  return rows
}

/**
 * Reads such a file into a database without anybody in it: all of it in one transaction. When it fails or is killed, nothing
 * is there of it, and what others have written meanwhile stays.
 * @returns the number of rows
 * @throws {UserError}
 */
export async function importData(
  { api, store }: AdminContext,
  path: string,
  progress: Progress,
): Promise<number> {
  const counts = await Promise.all(parentsFirst.map((table) => store.count(table, {})))
  if (counts.some((count) => count > 0))
    throw new UserError('The database is not empty: import into a new one.')
  let rows = 0
  // To its end first: a file that is broken is not begun with.
  for (const _ of rowsOf(api, path)) rows++
  const outcome = await store
    .write(telling(progress, { [Symbol.iterator]: () => rowsOf(api, path) }))
    .catch((error) => {
      throw toFileError(path, error)
    })
  progress('end')
  if (!outcome.done)
    throw new UserError(`Line ${outcome.step + 2} of ${path} does not fit: ${outcome.reason}.`)
  return rows
}

function telling(progress: Progress, changes: Iterable<Change>): Iterable<Change> {
  return {
    *[Symbol.iterator]() {
      let rows = 0
      for (const change of changes) {
        yield change
        if (++rows % rowsBetween === 0) progress(rows)
      }
    },
  }
}

function* rowsOf(api: VariantName, path: string): Generator<Change> {
  let line = 0
  let total: number | undefined
  try {
    for (const text of linesOf(path)) {
      line++
      const value = parsed(text, line)
      if (line === 1) requireHeader(value, api)
      else if (total !== undefined) throw new Error('there is more after its end')
      else if (typeof value.rows === 'number') total = value.rows
      else yield changeOf(value)
    }
    if (total === undefined || total !== line - 2) throw new Error('its end is missing')
  } catch (error) {
    const where = line > 1 ? `, line ${line}` : ''
    throw toFileError(`${path}${where}`, error)
  }
}

/** Without waiting, because SQLite does not wait within a transaction. */
function* linesOf(path: string): Generator<string> {
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

function parsed(text: string, line: number) {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(line === 1 ? notExported : 'it is not JSON', { cause })
  }
}

const notExported = 'it was not made by export'

function requireHeader(value: Partial<Header>, api: VariantName): void {
  if (value?.format !== format) throw new Error(notExported)
  if (value.version !== version)
    throw new Error('another release has made it: export and import with the same one')
  if (value.api !== api) throw new Error(`it is from ${value.api}, not from ${api}`)
}

function changeOf({ table, row }: { table: TableName; row: Tables[TableName] }): Change {
  if (!Object.hasOwn(tables, table)) throw new Error(`there is no table ${JSON.stringify(table)}`)
  const columns = Object.keys(tables[table].columns)
  if (columns.some((column) => !Object.hasOwn(row ?? {}, column)))
    throw new Error(`a row of ${table} has not all of its columns`)
  return insert(table, row)
}

/** What is wrong with a file, as a sentence. Errors of the database stay as they are. */
function toFileError(path: string, error: unknown): Error {
  if (error instanceof StoreUnavailableError || error instanceof UserError) return error
  const reason = error instanceof Error ? error.message : String(error)
  const message = describeFsError(error, path) ?? `${path} cannot be used: ${reason}.`
  return new UserError(message, { cause: error })
}
