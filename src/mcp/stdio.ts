import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Catalog } from '../catalog/api.ts'
import { UserError } from '../common/user-error.ts'
import { toShellLine } from './client-config.ts'
import { createMcpServer } from './server.ts'

/**
 * Serves MCP on standard input and output until the input ends.
 * @param origin the origin of a running hub, whose sandboxes and mocks `call_sandbox` reaches
 * @param start the command that starts this hub
 */
export function serveMcp(origin: string, catalog: Catalog, start: readonly string[]): void {
  const context = { catalog, origin, fetch: (request: Request) => fetchFromHub(request, origin, start) }
  serveStdio(() => createMcpServer(context), { onerror: (error) => console.error(`mcp: ${error.message}`) })
}

const secondsToWait = 10

async function fetchFromHub(request: Request, origin: string, start: readonly string[]): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(secondsToWait * 1000) })
  } catch (error) {
    const message =
      (error as Error).name === 'TimeoutError'
        ? `The server did not answer within ${secondsToWait} seconds.`
        : `Nothing answers at ${origin}. Ask the user to start the server in a terminal with: ${toShellLine(start)}`
    throw new UserError(message, { cause: error })
  }
}
