import { hashOf } from '../core/secrets.ts'
import type { AnyRow, Store } from '../core/store.ts'
import { tables } from '../storage/schema.ts'
import type { StoredCookie } from './cookies.ts'

/** The part of `Storage` that a sandbox needs: `sessionStorage` or `localStorage`. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem'>

/** The state of a sandbox when its page is left. */
export interface SavedSandbox {
  secret: string
  /** The difference of the sandbox's clock to the system time. */
  offsetSeconds: number
  cookies: StoredCookie[]
  rows: AnyRow[]
}

/** Other releases have other tables, so they do not read the same item. */
const format = hashOf(JSON.stringify(tables)).slice(0, 8)

const keyOf = (id: string) => `auth-contracts:${format}:${id}`

/** @returns undefined unless the page was left before */
export function loadSandbox(storage: PageStorage, id: string): SavedSandbox | undefined {
  const text = storage.getItem(keyOf(id))
  return text === null ? undefined : JSON.parse(text)
}

/**
 * Saves a sandbox whenever the page is left.
 * @param read returns all but the rows
 */
export function saveOnLeave(
  storage: PageStorage,
  id: string,
  store: Store,
  read: () => Omit<SavedSandbox, 'rows'>,
): void {
  globalThis.addEventListener?.('pagehide', async () => {
    const rows: AnyRow[] = []
    // Awaits only promises that are fulfilled, because the page does not wait for others.
    for await (const row of store.snapshot()) rows.push(row)
    storage.setItem(keyOf(id), JSON.stringify({ ...read(), rows } satisfies SavedSandbox))
  })
}
