import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { problem } from '../mock/problem.ts'
import { trustedOrigins } from '../server/origins.ts'

/**
 * Creates the MCP endpoint. Its modules are loaded at the first request, so that the hub listens at once.
 * Pages of other machines are rejected, as the transport requires; the caller checks the host.
 * @param fetchHub sends a request to the hub itself, for calls of the sandboxes
 */
export function createMcpRoute(fetchHub: (request: Request) => Promise<Response>) {
  const isLocal = trustedOrigins([], { local: true })
  const isTrusted = (origin: string, url: string) => isLocal(origin) || origin === new URL(url).origin
  let handler: Promise<ReturnType<typeof import('../mcp/http.ts').createMcpHttp>> | undefined
  const load = () => {
    handler ??= import('../mcp/http.ts').then(({ createMcpHttp }) => createMcpHttp(fetchHub))
    return handler
  }
  const app = new Hono()
    .use(async (c, next) => {
      const origin = c.req.header('origin')
      if (origin === undefined || isTrusted(origin, c.req.url)) return next()
      return problem(403, `Pages of ${origin} may not use this MCP server, only pages of this machine.`)
    })
    // For tools that run in a page, such as the MCP inspector.
    .use(cors({ origin: (origin) => origin, exposeHeaders: ['mcp-protocol-version', 'mcp-session-id'] }))
    .all('*', async (c) => (await load()).fetch(c.req.raw))
  return { app, close: async () => (await handler)?.close() }
}
