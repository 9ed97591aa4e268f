import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Catalog } from '../../catalog/api.ts'
import { UserError } from '../../common/user-error.ts'
import { findApi, type McpContext, namesWithoutSandbox, type Offer } from '../context.ts'
import { maxLength, readOnly, textResult } from '../result.ts'
import { type OperationCall, operationRequest, type PathCall, toRequest } from '../sandbox-call.ts'
import { operationId, variantIn } from '../schemas.ts'

const text = z.string().max(8000)
const texts = z.record(z.string().max(200), text)
const query = z.record(z.string().max(200), z.union([text, z.array(text).max(1000)]))

const inputFor = (catalog: Catalog, { hasSandboxes }: Offer) =>
  z.strictObject({
    variant: variantIn(catalog),
    operationId: operationId.optional().describe('The operation to call. Without it, pass method and path.'),
    example: z
      .string()
      .max(100)
      .optional()
      .describe('The name of the example to send, such as ok or wrongPassword. By default, the first one.'),
    pathParameters: texts.optional().describe('Replaces values of the example.'),
    query: query.optional().describe('Replaces the query of the example. A list repeats its parameter.'),
    headers: texts
      .optional()
      .describe(
        hasSandboxes
          ? 'Further headers. The API key of the sandbox is sent in any case.'
          : 'Further headers, such as Prefer.',
      ),
    body: z.unknown().optional().describe('Replaces the body of the example; null is sent as JSON.'),
    token: z
      .string()
      .max(8000)
      .optional()
      .describe('The access token, session token or API key to send as Authorization: Bearer.'),
    method: z
      .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])
      .optional()
      .describe('The method of a call with path. By default, GET.'),
    path: z
      .string()
      .max(4000)
      .startsWith('/')
      .optional()
      .describe(
        hasSandboxes
          ? 'A path of the sandbox, instead of an operation. /__dev/inbox lists the emails that it has sent.'
          : 'A path of the contract, instead of an operation.',
      ),
  })

const output = z.object({
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown().optional(),
  }),
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown().optional(),
  }),
})

const aboutSandboxes =
  'Sends a request to the local sandbox of an API, a working server with test users, and returns the exchange. Use it to check what an operation returns before you write code, and to find mailed tokens. Without further arguments it sends an example of the contract. It can delete and reset data, but only of the local sandbox: it never reaches another server.'

const aboutMocks =
  'Sends a request to the local mock of an API, which checks requests, answers with examples and keeps no state, and returns the exchange. Use it to check what an operation returns before you write code. Without further arguments it sends an example of the contract, with a placeholder as the credential. The header Prefer selects a response, such as "code=404". It never reaches another server.'

const changesSandbox = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: false,
} as const

/**
 * Adds the tool `call_sandbox`. It keeps its name if all APIs have mocks only, because users allow tools by
 * name.
 */
export function addCallSandbox(server: McpServer, context: McpContext, offer: Offer): void {
  const { hasSandboxes } = offer
  const title = hasSandboxes ? 'Call the sandbox' : 'Call the mock'
  server.registerTool(
    'call_sandbox',
    {
      title,
      description: hasSandboxes ? aboutSandboxes + mockNote(context) : aboutMocks,
      inputSchema: inputFor(context.catalog, offer),
      outputSchema: output,
      annotations: { title, ...(hasSandboxes ? changesSandbox : readOnly) },
    },
    async ({ variant, ...call }) => {
      rejectConflicts(call)
      const api = findApi(context, variant)
      const request = isOperationCall(call)
        ? operationRequest(context, api, await api.readDocument(), call)
        : toRequest(context, api, asPathCall(call))
      const sent = { method: request.method, url: request.url, headers: fieldsOf(request.headers) }
      const requestBody = await bodyOf(request.clone())
      const response = await context.fetch(request)
      const exchange = {
        request: { ...sent, ...requestBody },
        response: {
          status: response.status,
          headers: fieldsOf(response.headers),
          ...(await bodyOf(response)),
        },
      }
      return textResult(JSON.stringify(exchange, null, 2), exchange)
    },
  )
}

/** Tells what the tool does for APIs that have no sandbox. */
function mockNote(context: McpContext): string {
  const names = namesWithoutSandbox(context)
  if (names.length === 0) return ''
  return ` These APIs have a mock instead, which checks requests, answers with examples and keeps no state: ${names.join(', ')}. The header Prefer selects a response of a mock, such as "code=404".`
}

type Call = Omit<z.infer<ReturnType<typeof inputFor>>, 'variant'>

/** Rejects arguments without effect, so that a model does not believe in a call that it did not make. */
function rejectConflicts({ operationId, path, method, example, pathParameters, token, headers = {} }: Call) {
  if (operationId !== undefined && (path !== undefined || method !== undefined))
    throw new UserError(
      'An operation has its own method and path. Leave out method and path, or operationId.',
    )
  if (path !== undefined && (example !== undefined || pathParameters !== undefined))
    throw new UserError('A path has no example and no path parameters. Leave them out, or pass operationId.')
  if (token !== undefined && Object.keys(headers).some((name) => name.toLowerCase() === 'authorization'))
    throw new UserError('Pass either token or the header Authorization.')
}

const isOperationCall = (call: Call): call is Call & OperationCall => call.operationId !== undefined

function asPathCall({ method = 'GET', path, ...call }: Call): PathCall {
  if (path === undefined) throw new UserError('Pass operationId, or method and path.')
  return { ...call, method, path }
}

const fieldsOf = (headers: Headers) => Object.fromEntries(headers.entries())

async function bodyOf(message: Request | Response): Promise<{ body?: unknown }> {
  const text = await message.text()
  if (text === '') return {}
  if (text.length > maxLength) return { body: `${text.slice(0, maxLength)} … (cut)` }
  try {
    return { body: JSON.parse(text) }
  } catch {
    return { body: text }
  }
}
