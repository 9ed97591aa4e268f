import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { VariantName } from '../../../generated/index.ts'
import { type Change, insert, remove, type TableName } from '../../core/store.ts'
import type { Tables } from '../../core/tables.ts'
import { parentsFirst, tables } from '../../storage/schema.ts'
import { type Administered, AdministrationError } from './open.ts'

/** The first line of a file says what it is; then one row a line; the last line says how many there were. */
interface Header {
  format: typeof format
  version: number
  api: VariantName
  exportedAt: string
}
const format = 'auth-contracts-export'
/** Goes up when a table changes, so that no release reads what it does not understand. */
const version = 1
const rowsAtOnce = 500

/** Is told how far it has come. */
export type Progress = (rows: number | 'end') => void

/**
 * Writes everything that is there at one moment to a file, which can then be imported on another engine. Limits that are
 * being counted are left out, and so are uploaded files.
 * @param path readable by its owner alone; whole or not there @returns how many rows @throws {AdministrationError}
 */
export async function exportData(
  { api, store }: Administered,
  path: string,
  progress: Progress,
): Promise<number> {
  let rows = 0
  async function* lines() {
    const header: Header = { format, version, api, exportedAt: new Date().toISOString() }
    yield `${JSON.stringify(header)}\n`
    for await (const one of store.snapshot()) {
      yield `${JSON.stringify(one)}\n`
      if (++rows % 10_000 === 0) progress(rows)
    }
    yield `${JSON.stringify({ rows })}\n`
  }
  const draft = `${path}.partial`
  try {
    await pipeline(Readable.from(lines()), createWriteStream(draft, { mode: 0o600, flush: true }))
    await rename(draft, path)
    progress('end')
  } catch (error) {
    await rm(draft, { force: true })
    throw notUsable(path, error)
  }
  return rows
}

/**
 * Reads such a file into a database without anybody in it. The file is read to its end first, so that one that is broken
 * changes nothing.
 * @returns how many rows @throws {AdministrationError}
 */
export async function importData(
  { api, store }: Administered,
  path: string,
  progress: Progress,
): Promise<number> {
  const counts = await Promise.all(parentsFirst.map((table) => store.count(table, {})))
  if (counts.some((count) => count > 0))
    throw new AdministrationError('The database is not empty: import into a new one.')
  for await (const _ of rowsOf(api, path));

  let rows = 0
  let waiting: Change[] = []
  const write = async () => {
    const outcome = await store.write(waiting)
    if (!outcome.done)
      throw new AdministrationError(
        `Line ${rows + outcome.step + 2} of ${path} does not fit: ${outcome.reason}.`,
      )
    rows += waiting.length
    waiting = []
    progress(rows)
  }
  try {
    for await (const change of rowsOf(api, path)) if (waiting.push(change) === rowsAtOnce) await write()
    if (waiting.length > 0) await write()
    progress('end')
  } catch (error) {
    await store.write(parentsFirst.toReversed().map((table) => remove(table, {})))
    throw notUsable(path, error)
  }
  return rows
}

async function* rowsOf(api: VariantName, path: string): AsyncGenerator<Change> {
  let line = 0
  let total: number | undefined
  try {
    for await (const text of createInterface({
      input: createReadStream(path),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      line++
      const value = JSON.parse(text)
      if (line === 1) requireHeader(value, api)
      else if (total !== undefined) throw new AdministrationError('there is more after its end')
      else if (typeof value.rows === 'number') total = value.rows
      else yield changeOf(value)
    }
    if (total === undefined || total !== line - 2) throw new AdministrationError('its end is missing')
  } catch (error) {
    const where = line > 1 ? `, line ${line}` : ''
    throw notUsable(`${path}${where}`, error)
  }
}

function requireHeader(value: Partial<Header>, api: VariantName): void {
  if (value?.format !== format) throw new AdministrationError('it was not made by export')
  if (value.version !== version)
    throw new AdministrationError('another release has made it: export and import with the same one')
  if (value.api !== api) throw new AdministrationError(`it is from ${value.api}, not from ${api}`)
}

function changeOf({ table, row }: { table: TableName; row: Tables[TableName] }): Change {
  if (!Object.hasOwn(tables, table))
    throw new AdministrationError(`there is no table ${JSON.stringify(table)}`)
  const columns = Object.keys(tables[table].columns)
  if (columns.some((column) => !Object.hasOwn(row ?? {}, column)))
    throw new AdministrationError(`a row of ${table} has not all of its columns`)
  return insert(table, row)
}

/** The sentence for whatever is wrong with a file. */
function notUsable(path: string, error: unknown): Error {
  if (error instanceof AdministrationError && /[.]$/.test(error.message)) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new AdministrationError(`${path} cannot be used: ${reason}.`, { cause: error })
}
