import { Hono } from 'hono'
import type { Api } from '../catalog/api.ts'
import { badRequestMessages, badRequestResponse } from '../http/bad-request.ts'
import type { Delay } from '../mock/delay.ts'
import type { Mock, MockOptions } from '../mock/mock.ts'
import { problem } from '../mock/problem.ts'
import type { OnBadRequest } from '../server/bad-requests.ts'
import type { ServedName } from '../variants/index.ts'
import { guardHost } from './host-guard.ts'

/**
 * Loads the mock of an API. Uses lazy imports, so that the hub can listen before the mock is loaded, and so
 * that the validation of the server is loaded only at the first request.
 */
export async function loadMock(api: Api, options?: MockOptions): Promise<Mock> {
  const { createMock } = await import('../mock/mock.ts')
  const { name, locate, server } = api
  return createMock(await api.readDocument(), {
    name,
    ...(locate && { locate }),
    ...(server && {
      async validate(...request) {
        const { validateRequest } = await import('../mock/validate-request.ts')
        return validateRequest(await loadVariant(server), ...request)
      },
    }),
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
export async function createMockServer(api: Api, { host, allowedHosts = [], delay }: MockServerOptions) {
  const load = (api: Api) => loadMock(api, { basePath: api.basePath, ...(delay && { delay }) })
  let mock = await load(api)
  const server = api.server && (await loadVariant(api.server))
  const app = new Hono().use(guardHost(host, allowedHosts)).all('*', (c) => mock.fetch(c.req.raw))
  const badRequest: OnBadRequest = ({ status }) =>
    server
      ? badRequestResponse(server.errorResponses, status)
      : problem(status, `${badRequestMessages[status]}.`)
  return {
    fetch: async (request: Request) => app.fetch(request),
    badRequest,
    /** Serves another version of the contract. */
    setApi: async (api: Api): Promise<void> => {
      mock = await load(api)
    },
  }
}

async function loadVariant(name: ServedName) {
  const { variants } = await import('../variants/index.ts')
  return variants[name]()
}
