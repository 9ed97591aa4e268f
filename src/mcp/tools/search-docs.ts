import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Catalog } from '../../catalog/api.ts'
import { loadSearch, type MissingFeature, type SearchResult } from '../../search/index.ts'
import type { McpContext, Offer } from '../context.ts'
import { readOnly, textResult } from '../result.ts'
import { language, variantIn } from '../schemas.ts'

const inputFor = (catalog: Catalog) =>
  z.strictObject({
    query: z
      .string()
      .min(1, 'query must not be empty')
      .max(500)
      .describe(
        'A request or question in English or Korean, an error text or code, a path or an operationId.',
      ),
    variant: variantIn(catalog)
      .optional()
      .describe('Searches only this API. By default, all APIs are searched.'),
    language: language
      .optional()
      .describe(
        'Returns only guides in this language. By default, guides in the language of the query come first.',
      ),
    limit: z.int().min(1).max(20).default(8).describe('The maximum number of results.'),
  })

type Input = z.infer<ReturnType<typeof inputFor>>

const output = z.object({
  missing: z.array(
    z.object({ variant: z.string(), language: z.string(), feature: z.string(), message: z.string() }),
  ),
  results: z.array(
    z.object({
      kind: z.enum(['guide', 'operation', 'schema', 'error']),
      variant: z.string(),
      language: z.string(),
      topic: z.string().optional(),
      title: z.string(),
      section: z.string(),
      excerpt: z.string(),
      operations: z.array(z.string()),
      link: z.string(),
      score: z.number(),
    }),
  ),
})

/** A schema of a large contract has hundreds of users. */
const maxOperations = 20

const aboutGuides =
  'Searches guides, operations, schemas and errors of the authentication APIs, in English and Korean. Start here for every request about authentication, such as "add Google login" or "토큰 갱신 로직을 만들어줘". Then read the best guide with get_guide. Tells if the API lacks the feature.'

const aboutContracts = ({ names }: Catalog) =>
  `Searches operations, schemas and errors of these APIs: ${names.join(', ')}. Start here for every request about them. Then read the best operation with get_operation. Tells if a contract does not mention the feature.`

/** Adds the tool `search_docs`. */
export function addSearchDocs(server: McpServer, { catalog }: McpContext, { hasGuides }: Offer): void {
  const input = inputFor(catalog)
  server.registerTool(
    'search_docs',
    {
      title: 'Search the documentation',
      description: hasGuides ? aboutGuides : aboutContracts(catalog),
      inputSchema: hasGuides ? input : input.omit({ language: true }),
      outputSchema: output,
      annotations: { title: 'Search the documentation', ...readOnly },
    },
    async ({ query, limit, ...options }: Input) => {
      const { searchDocs, findMissing } = await loadSearch(catalog)
      const filter = {
        ...(options.variant && { variant: options.variant }),
        ...(options.language && { language: options.language }),
      }
      const missing = findMissing(query, filter)
      const found = searchDocs(query, { limit, ...filter })
      const results = found.map((result) => ({
        ...result,
        operations: result.operations.slice(0, maxOperations),
      }))
      return textResult(describe(missing, found), { missing, results })
    },
  )
}

function describe(missing: MissingFeature[], results: SearchResult[]): string {
  const found =
    results.length > 0
      ? results.map(describeResult)
      : ['Nothing found. Use other words, or list the operations of an API with list_operations.']
  return [...missing.map(({ message }) => message), ...found].join('\n\n')
}

function describeResult(result: SearchResult, index: number): string {
  const { kind, variant, topic, language, title, section, excerpt, operations } = result
  const next = topic
    ? `get_guide ${JSON.stringify({ variant, topic, language })}`
    : operations[0] && `get_operation ${JSON.stringify({ variant, operationId: operations[0] })}`
  return [
    `${index + 1}. ${kind} of ${variant}: ${title}${section && ` (${section})`}`,
    ...(excerpt ? [excerpt] : []),
    ...(operations.length > 0 ? [`Operations: ${listOf(operations)}`] : []),
    ...(next ? [`Next: ${next}`] : []),
  ].join('\n')
}

function listOf(operations: string[]): string {
  const more = operations.length - maxOperations
  return operations.slice(0, maxOperations).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
