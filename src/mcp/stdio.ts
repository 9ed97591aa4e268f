import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Catalog } from '../catalog/api.ts'
import { UserError } from '../common/user-error.ts'
import { createMcpServer } from './server.ts'

/**
 * Serves MCP on standard input and output until the input ends.
 * @param origin the origin of a running hub, whose sandboxes and mocks `call_sandbox` reaches
 */
export function serveMcp(origin: string, catalog: Catalog): void {
  const context = { catalog, origin, fetch: (request: Request) => fetchFromHub(request, origin) }
  serveStdio(() => createMcpServer(context), { onerror: (error) => console.error(`mcp: ${error.message}`) })
}

const secondsToWait = 10

async function fetchFromHub(request: Request, origin: string): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(secondsToWait * 1000) })
  } catch (error) {
    const message =
      (error as Error).name === 'TimeoutError'
        ? `The sandbox did not answer within ${secondsToWait} seconds.`
        : `No sandbox answers at ${origin}. Ask the user to start it in a terminal with: npx auth-contracts start`
    throw new UserError(message, { cause: error })
  }
}
