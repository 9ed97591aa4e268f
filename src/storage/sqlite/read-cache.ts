import type { DatabaseSync } from 'node:sqlite'
import type { Statement } from '../sql.ts'
import type { Stored } from '../values.ts'

/** The maximum number of cached rows, which take about 15 MB. */
const capacity = 10_000

/**
 * Creates a cache of the rows read since the last write, because every request reads its session.
 *
 * `PRAGMA data_version` changes with each commit of any other connection, in this process or another, and
 * reading it is much cheaper than a query (https://sqlite.org/pragma.html#pragma_data_version). It does
 * not change with commits of the connection that reads it, which therefore calls `clear` before it writes.
 */
export function createReadCache(database: DatabaseSync) {
  const dataVersion = database.prepare('PRAGMA data_version')
  dataVersion.setReturnArrays(true)
  const rows = new Map<string, Map<string, Stored[]>>()
  let version: unknown
  let count = 0

  function clear(): void {
    rows.clear()
    count = 0
  }

  function rowsOf(text: string): Map<string, Stored[]> {
    const cached = rows.get(text)
    if (cached) return cached
    const empty = new Map<string, Stored[]>()
    rows.set(text, empty)
    return empty
  }

  return {
    /**
     * Returns the row of a statement from the cache, or else by running `query`. Missing rows are not cached,
     * otherwise an attacker who guesses tokens could fill the cache.
     */
    row({ text, parameters }: Statement, query: () => Stored[] | undefined): Readonly<Stored[]> | undefined {
      const [current] = dataVersion.get() as unknown as [number]
      if (current !== version) clear()
      version = current
      const cachedRows = rowsOf(text)
      const key = JSON.stringify(parameters)
      const cached = cachedRows.get(key)
      if (cached) return cached
      const row = query()
      if (row && count < capacity) {
        cachedRows.set(key, row)
        count++
      }
      return row
    },
    /** Empties the cache. Call it before this connection writes. */
    clear,
  }
}
