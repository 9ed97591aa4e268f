import { readFile } from 'node:fs/promises'
import { Hono } from 'hono'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import type { Mock, MockOptions } from '../mock/mock.ts'
import { guardHost } from './host-guard.ts'

/**
 * Loads the mock of one contract. Prism comes in here and not before, so that a server can listen before it is there; the words
 * of the API come in with the first refusal.
 */
export async function loadMock(variant: VariantName, options?: MockOptions): Promise<Mock> {
  const { createMock } = await import('../mock/mock.ts')
  const wording = async () => (await import('../variants/index.ts')).variants[variant]
  return createMock(JSON.parse(await readFile(contractUrl(variant), 'utf8')), { wording, ...options })
}

/** One mock as a server of its own, with the contract's paths at the root. */
export async function createMockServer(variant: VariantName, host: string) {
  const mock = await loadMock(variant)
  const app = new Hono().use(guardHost(host)).all('*', (c) => mock.fetch(c.req.raw))
  return app.fetch
}
