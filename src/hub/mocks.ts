import { Hono } from 'hono'
import type { VariantName } from '../../generated/index.ts'
import { readContract } from '../docs/summary.ts'
import { badRequestResponse } from '../http/bad-request.ts'
import type { Delay } from '../mock/delay.ts'
import type { Mock, MockOptions } from '../mock/mock.ts'
import type { OnBadRequest } from '../server/bad-requests.ts'
import { guardHost } from './host-guard.ts'

/**
 * Loads the mock of an API. Uses lazy imports, so that the hub can listen before Prism is loaded, and so that
 * the validation of the server is loaded only at the first invalid request.
 */
export async function loadMock(variant: VariantName, options?: MockOptions): Promise<Mock> {
  const { createMock } = await import('../mock/mock.ts')
  return createMock(await readContract(variant), {
    async validate(...request) {
      const { validateRequest } = await import('../mock/validate-request.ts')
      return validateRequest(await loadVariant(variant), ...request)
    },
    ...options,
  })
}

export interface MockServerOptions {
  /** The host that the server listens on. Requests for another host are rejected. */
  host: string
  /** Further host names that the server accepts. None by default. */
  allowedHosts?: readonly string[]
  /** Delays each response. */
  delay?: Delay
}

/** Creates a server of one mock at the root. */
export async function createMockServer(
  variant: VariantName,
  { host, allowedHosts = [], delay }: MockServerOptions,
) {
  const [mock, { errorResponses }] = await Promise.all([
    loadMock(variant, { ...(delay && { delay }) }),
    loadVariant(variant),
  ])
  const app = new Hono().use(guardHost(host, allowedHosts)).all('*', (c) => mock.fetch(c.req.raw))
  const badRequest: OnBadRequest = ({ status }) => badRequestResponse(errorResponses, status)
  return { fetch: async (request: Request) => app.fetch(request), badRequest }
}

async function loadVariant(variant: VariantName) {
  const { variants } = await import('../variants/index.ts')
  return variants[variant]()
}
