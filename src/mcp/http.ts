import { createMcpHandler } from '@modelcontextprotocol/server'
import type { McpContext } from './context.ts'
import { createMcpServer } from './server.ts'

/** The largest request in bytes. Its longest part is a body for the sandbox, which accepts 64 KiB. */
const maxRequestBodySize = 256 * 1024

/**
 * Creates the handler of MCP over Streamable HTTP. It keeps no sessions: every request is complete in itself,
 * as in protocol revision 2026-07-28, and clients of earlier revisions are served without sessions, too. The
 * caller checks host and origin of the requests.
 */
export function createMcpHttp(context: Pick<McpContext, 'catalog' | 'fetch'>) {
  return createMcpHandler(
    ({ requestInfo }) =>
      createMcpServer({ origin: new URL(requestInfo?.url ?? 'http://localhost:4000').origin, ...context }),
    { maxRequestBodySize },
  )
}
