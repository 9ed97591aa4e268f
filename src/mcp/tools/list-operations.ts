import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { throwUnknown } from '../../common/unknown-name.ts'
import { UserError } from '../../common/user-error.ts'
import { type Endpoint, endpointsOf } from '../../openapi/operations.ts'
import { findApi, type McpContext } from '../context.ts'
import { readOnly, textResult } from '../result.ts'
import { variantIn } from '../schemas.ts'

const output = z.object({
  operations: z.array(
    z.object({ operationId: z.string(), method: z.string(), path: z.string(), summary: z.string() }),
  ),
})

/** The most that a model should have to read, about 4,000 tokens. */
const maxOperations = 100

/** Adds the tool `list_operations`. */
export function addListOperations(server: McpServer, context: McpContext): void {
  server.registerTool(
    'list_operations',
    {
      title: 'List the operations of an API',
      description: 'Lists all operations of an API with method, path and summary.',
      inputSchema: z.strictObject({
        variant: variantIn(context.catalog),
        tag: z
          .string()
          .max(100)
          .optional()
          .describe('Lists only operations with this tag. The list of a large API names its tags.'),
        contains: z
          .string()
          .max(100)
          .optional()
          .describe('Lists only operations with this text in their id, method and path, or summary.'),
      }),
      outputSchema: output,
      annotations: { title: 'List the operations of an API', ...readOnly },
    },
    async ({ variant, tag, contains = '' }) => {
      const all = endpointsOf(await findApi(context, variant).readDocument())
      const tags = countTags(all)
      if (tag !== undefined && !tags.has(tag)) throwUnknown(`tag of ${variant}`, tag, [...tags.keys()])
      const found = all
        .filter(({ operation }) => tag === undefined || operation.tags?.includes(tag))
        .map(describe)
        .filter((operation) => textOf(operation).toLowerCase().includes(contains.toLowerCase()))
      if (found.length === 0)
        throw new UserError(
          `No operation of ${variant} contains ${JSON.stringify(contains)}. Use search_docs for other words.`,
        )
      const operations = found.slice(0, maxOperations)
      const lines = operations.map(textOf)
      if (found.length > maxOperations)
        lines.push(
          `These are ${maxOperations} of ${found.length} operations. Pass tag or contains to list others.`,
          ...(tag === undefined && tags.size > 0 ? [`Tags: ${listTags(tags)}`] : []),
        )
      return textResult(lines.join('\n'), { operations })
    },
  )
}

function describe({ method, path, operation }: Endpoint) {
  const { operationId = '', summary = '' } = operation
  return { operationId, method: method.toUpperCase(), path, summary }
}

function textOf({ operationId, method, path, summary }: ReturnType<typeof describe>): string {
  return `${operationId}: ${method} ${path}${summary && ` (${summary})`}`
}

/** Counts the operations of each tag, in the order of the document. */
function countTags(endpoints: Endpoint[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { operation } of endpoints)
    for (const tag of operation.tags ?? []) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return counts
}

const listTags = (tags: ReadonlyMap<string, number>): string =>
  [...tags].map(([tag, count]) => `${tag} (${count})`).join(', ')
