import { z } from '@hono/zod-openapi'
import { hashOf } from '../core/secrets.ts'
import type { AnyRow, Store } from '../core/store.ts'
import { tables } from '../storage/schema.ts'

/** The part of `Storage` that a sandbox needs: `sessionStorage` or `localStorage`. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** The state of a sandbox when its page is left. */
const zSaved = z.object({
  /** The key of the item, in case that a storage mixes items up. */
  key: z.string(),
  secret: z.string().min(1),
  /** The difference of the sandbox's clock to the system time. */
  offsetSeconds: z.int(),
  cookies: z.array(z.tuple([z.string(), z.object({ value: z.string(), expiresAt: z.number() })])),
  /** Checked by the store. */
  rows: z.array(z.custom<AnyRow>((row) => typeof row === 'object' && row !== null)),
})

export type SavedSandbox = z.output<typeof zSaved>

/** Other releases have other tables, so they do not read the same item. */
const format = hashOf(JSON.stringify(tables)).slice(0, 8)

const keyOf = (id: string) => `auth-contracts:${format}:${id}`

/**
 * Opens a sandbox with the state in which its page was left, or else with its initial data. A state that
 * cannot be used is removed, with a warning.
 * @param open gets undefined for the initial data
 */
export async function openSaved<Result>(
  storage: PageStorage,
  id: string,
  open: (saved?: SavedSandbox) => Promise<Result>,
): Promise<Result> {
  const key = keyOf(id)
  const text = storage.getItem(key)
  if (text === null) return open()
  try {
    return await open(parseSaved(text, key))
  } catch (error) {
    // An invalid option fails here again, and does not cost the data.
    const result = await open()
    storage.removeItem(key)
    console.warn(
      `The sandbox starts with its initial data, because what storage has in ${key} is damaged.`,
      error,
    )
    return result
  }
}

function parseSaved(text: string, key: string): SavedSandbox {
  const saved = zSaved.parse(JSON.parse(text))
  if (saved.key !== key) throw new Error(`It belongs to ${saved.key}.`)
  return saved
}

/**
 * Saves a sandbox whenever the page is left.
 * @param read returns all but the key and the rows
 */
export function saveOnLeave(
  storage: PageStorage,
  id: string,
  store: Store,
  read: () => Omit<SavedSandbox, 'key' | 'rows'>,
): void {
  const key = keyOf(id)
  globalThis.addEventListener?.('pagehide', async () => {
    try {
      const rows: AnyRow[] = []
      // Awaits only promises that are fulfilled, because the page does not wait for others.
      for await (const row of store.snapshot()) rows.push(row)
      storage.setItem(key, JSON.stringify({ key, ...read(), rows } satisfies SavedSandbox))
    } catch (error) {
      console.warn('The sandbox cannot be saved, so that a reload loses its latest changes.', error)
    }
  })
}
