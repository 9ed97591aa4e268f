import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { findApi, findOperation, type McpContext } from '../context.ts'
import { operationPage } from '../pages.ts'
import { maxLength, readOnly, textResult } from '../result.ts'
import { operationId, variantIn } from '../schemas.ts'
import { contractUri } from '../uris.ts'

/** Adds the tool `get_operation`. */
export function addGetOperation(server: McpServer, context: McpContext): void {
  server.registerTool(
    'get_operation',
    {
      title: 'Read an operation',
      description:
        'Returns all details of an operation as Markdown: credentials, parameters, fields, example requests and responses, each error that can occur, and code.',
      inputSchema: z.strictObject({ variant: variantIn(context.catalog), operationId }),
      annotations: { title: 'Read an operation', ...readOnly },
    },
    async ({ variant, operationId }) => {
      const api = findApi(context, variant)
      const endpoint = findOperation(await api.readDocument(), operationId)
      return textResult(cut(await operationPage(api, endpoint, context), variant))
    },
  )
}

/** Shortens the page of an operation with large schemas. The code at its end has a tool. */
function cut(page: string, variant: string): string {
  if (page.length <= maxLength) return page
  return `${page.slice(0, maxLength)} …

The page is cut after ${maxLength} of ${page.length} characters. generate_code returns the code, and the resource ${contractUri(variant)} is the whole contract.
`
}
