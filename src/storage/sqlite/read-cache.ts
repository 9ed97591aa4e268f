import type { DatabaseSync } from 'node:sqlite'
import type { Statement } from '../sql.ts'
import type { Stored } from '../values.ts'

/** How many rows are kept, which takes some 15 MB. */
const capacity = 10_000

/**
 * Rows that were read since anybody last wrote, as who is signed in is asked at every request. Whether anybody did, SQLite says
 * at each read, in a fraction of the time of a look-up: `data_version` changes with each commit of another connection, whatever
 * process it is in (https://sqlite.org/pragma.html#pragma_data_version). Those of the own one have to be told.
 */
export function createReadCache(database: DatabaseSync) {
  const dataVersion = database.prepare('PRAGMA data_version')
  dataVersion.setReturnArrays(true)
  const rows = new Map<string, Map<string, Stored[]>>()
  let version: unknown
  let count = 0

  function forget(): void {
    rows.clear()
    count = 0
  }

  function rowsOf(text: string): Map<string, Stored[]> {
    const known = rows.get(text)
    if (known) return known
    const none = new Map<string, Stored[]>()
    rows.set(text, none)
    return none
  }

  return {
    /** @param ask finds a row that is not known. That there is none is not kept, or guesses would fill the place. */
    row({ text, parameters }: Statement, ask: () => Stored[] | undefined): Readonly<Stored[]> | undefined {
      const [current] = dataVersion.get() as unknown as [number]
      if (current !== version) forget()
      version = current
      const alike = rowsOf(text)
      const key = JSON.stringify(parameters)
      const known = alike.get(key)
      if (known) return known
      const found = ask()
      if (found && count < capacity) {
        alike.set(key, found)
        count++
      }
      return found
    },
    /** The own connection is about to write. */
    forget,
  }
}
