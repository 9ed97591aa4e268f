import { Hono } from 'hono'
import { cors } from 'hono/cors'
import type { Catalog } from '../catalog/api.ts'
import { guardOrigin } from './origin-guard.ts'

/**
 * Creates the MCP endpoint. Its modules are loaded at the first request, so that the hub listens at once.
 * Pages of other machines are rejected, as the transport requires; the caller checks the host.
 * @param readCatalog returns the APIs at the time of a request
 * @param fetchHub sends a request to the hub itself, for calls of the sandboxes and mocks
 */
export function createMcpRoute(
  readCatalog: () => Catalog,
  fetchHub: (request: Request) => Promise<Response>,
) {
  let handler: Promise<ReturnType<typeof import('../mcp/http.ts').createMcpHttp>> | undefined
  const load = () => {
    handler ??= import('../mcp/http.ts').then(({ createMcpHttp }) =>
      createMcpHttp({ readCatalog, fetch: fetchHub }),
    )
    return handler
  }
  const app = new Hono()
    .use(guardOrigin('MCP server'))
    // For tools that run in a page, such as the MCP inspector.
    .use(cors({ origin: (origin) => origin, exposeHeaders: ['mcp-protocol-version', 'mcp-session-id'] }))
    .all('*', async (c) => (await load()).fetch(c.req.raw))
  return { app, close: async () => (await handler)?.close() }
}
