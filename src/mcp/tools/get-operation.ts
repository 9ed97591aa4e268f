import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { findOperation, type McpContext, readContract } from '../context.ts'
import { operationPage } from '../pages.ts'
import { readOnly, textResult } from '../result.ts'
import { operationId, variant } from '../schemas.ts'

/** Adds the tool `get_operation`. */
export function addGetOperation(server: McpServer, context: McpContext): void {
  server.registerTool(
    'get_operation',
    {
      title: 'Read an operation',
      description:
        'Returns all details of an operation as Markdown: credentials, parameters, fields, example requests and responses, each error that can occur, and code.',
      inputSchema: z.strictObject({ variant, operationId }),
      annotations: { title: 'Read an operation', ...readOnly },
    },
    async ({ variant, operationId }) => {
      const endpoint = findOperation(await readContract(variant), operationId)
      return textResult(await operationPage(variant, endpoint, context))
    },
  )
}
