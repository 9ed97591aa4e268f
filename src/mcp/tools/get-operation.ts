import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { findOperation, type McpContext, readContract, sandboxUrl } from '../context.ts'
import { operationText } from '../operation-text.ts'
import { readOnly, textResult } from '../result.ts'
import { operationId, variant } from '../schemas.ts'

/** Adds the tool `get_operation`. */
export function addGetOperation(server: McpServer, context: McpContext): void {
  server.registerTool(
    'get_operation',
    {
      title: 'Read an operation',
      description:
        'Returns all details of an operation as Markdown: credentials, parameters, schemas, an example request and response, and each error that can occur.',
      inputSchema: z.strictObject({ variant, operationId }),
      annotations: { title: 'Read an operation', ...readOnly },
    },
    async ({ variant, operationId }) => {
      const document = await readContract(variant)
      const endpoint = findOperation(document, operationId)
      return textResult(operationText(document, endpoint, sandboxUrl(context, variant)))
    },
  )
}
