import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { endpointsOf } from '../../openapi/operations.ts'
import { readContract } from '../context.ts'
import { readOnly, textResult } from '../result.ts'
import { variant } from '../schemas.ts'

const output = z.object({
  operations: z.array(
    z.object({ operationId: z.string(), method: z.string(), path: z.string(), summary: z.string() }),
  ),
})

/** Adds the tool `list_operations`. */
export function addListOperations(server: McpServer): void {
  server.registerTool(
    'list_operations',
    {
      title: 'List the operations of an API',
      description: 'Lists all operations of an API with method, path and summary.',
      inputSchema: z.strictObject({ variant }),
      outputSchema: output,
      annotations: { title: 'List the operations of an API', ...readOnly },
    },
    async ({ variant }) => {
      const operations = endpointsOf(await readContract(variant)).map(({ method, path, operation }) => ({
        operationId: operation.operationId ?? '',
        method: method.toUpperCase(),
        path,
        summary: operation.summary ?? '',
      }))
      const lines = operations.map(
        ({ operationId, method, path, summary }) => `${operationId}: ${method} ${path} (${summary})`,
      )
      return textResult(lines.join('\n'), { operations })
    },
  )
}
