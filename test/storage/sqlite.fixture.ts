import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import type { Store } from '../../src/core/store.ts'
import { openDatabase } from '../../src/storage/sqlite/database.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'

/** Returns a path in a folder that does not exist yet and is removed after the test. */
export function temporaryFile() {
  const folder = mkdtempSync(join(tmpdir(), 'auth-contracts-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'data', 'auth.db')
}

/** Opens a database until the end of the test. */
export function database(path = ':memory:'): DatabaseSync {
  const opened = openDatabase(path)
  onTestFinished(() => {
    if (opened.isOpen) opened.close()
  })
  return opened
}

/** Opens a store until the end of the test. */
export function sqlite(path: string): Store {
  const store = openSqliteStore(path)
  onTestFinished(() => store.close())
  return store
}

/** Returns the value of a pragma. */
export const pragma = (on: DatabaseSync, name: string) =>
  Object.values(on.prepare(`PRAGMA ${name}`).get() ?? {})[0]
