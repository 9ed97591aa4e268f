import { createMcpHandler } from '@modelcontextprotocol/server'
import type { Catalog } from '../catalog/api.ts'
import type { McpContext } from './context.ts'
import { createMcpServer } from './server.ts'

/** The largest request in bytes. Its longest part is a body for the sandbox, which accepts 64 KiB. */
const maxRequestBodySize = 256 * 1024

/**
 * Creates the handler of MCP over Streamable HTTP. It keeps no sessions: every request is complete in itself,
 * as in protocol revision 2026-07-28, and clients of earlier revisions are served without sessions, too. The
 * caller checks host and origin of the requests.
 * @param options.readCatalog returns the APIs at the time of a request
 */
export function createMcpHttp({
  readCatalog,
  fetch,
}: Pick<McpContext, 'fetch'> & { readCatalog: () => Catalog }) {
  return createMcpHandler(
    ({ requestInfo }) =>
      createMcpServer({
        origin: new URL(requestInfo?.url ?? 'http://localhost:4000').origin,
        catalog: readCatalog(),
        fetch,
      }),
    { maxRequestBodySize },
  )
}
