import { STATUS_CODES } from 'node:http'
import type { Document, Schema } from '../openapi/document.ts'
import { exampleRequest } from '../openapi/example-request.ts'
import { exampleResponses, type NamedExampleResponse } from '../openapi/examples.ts'
import { requestMessage, responseMessage } from '../openapi/http-message.ts'
import type { Endpoint } from '../openapi/operations.ts'
import { isRef, refName, resolveRef } from '../openapi/resolve-ref.ts'

/** Writes all that a contract says about an operation as Markdown. */
export function operationText(document: Document, endpoint: Endpoint, baseUrl: string): string {
  const { path, method, operation } = endpoint
  const { operationId = '', summary = '', description = '' } = operation
  const responses = [...(exampleResponses(document, operationId) ?? [])]
  const successes = responses.filter(([status]) => status < 400)
  const body = operation.requestBody && resolveRef(document, operation.requestBody)
  return [
    `# ${operationId}: ${summary}`,
    `\`${method.toUpperCase()} ${path}\``,
    `Base URL of the sandbox: ${baseUrl}`,
    description.trim(),
    `Credentials: ${credentials(document, endpoint)}`,
    ...parameters(document, endpoint),
    ...schemas(document, 'Request body', body?.content),
    '## Example request',
    fence(requestMessage(document, operation, exampleRequest(document, endpoint))),
    ...successes.flatMap(([status, examples]) => [
      ...schemas(
        document,
        `Response ${status}`,
        resolveRef(document, operation.responses?.[status] ?? {}).content,
      ),
      ...firstResponse(document, endpoint, examples),
    ]),
    '## Errors',
    errors(responses.filter(([status]) => status >= 400)),
  ]
    .filter(Boolean)
    .join('\n\n')
}

const fence = (text: string, language = 'http') => `\`\`\`${language}\n${text}\n\`\`\``

function credentials({ components, security: global }: Document, { operation }: Endpoint): string {
  const { security = global } = operation
  const alternatives = (security ?? []).map((requirement) =>
    Object.keys(requirement).map((name) => {
      const { type, name: field, in: location, description = '' } = components?.securitySchemes?.[name] ?? {}
      const where = type === 'http' ? '`Authorization: Bearer …`' : `${location} \`${field}\``
      return `${where} (${description.trim()})`
    }),
  )
  return alternatives.map((schemes) => schemes.join(' and ') || 'none').join('; or ') || 'none'
}

function parameters(document: Document, { parameters }: Endpoint): string[] {
  const rows = parameters
    .map((node) => resolveRef(document, node))
    .map(
      ({ name, in: location, required = false, description = '' }) =>
        `- \`${name}\` (${location}, ${required ? 'required' : 'optional'}): ${description.trim()}`,
    )
  return rows.length > 0 ? ['## Parameters', rows.join('\n')] : []
}

function schemas(
  document: Document,
  title: string,
  content: Record<string, { schema?: Schema }> = {},
): string[] {
  return Object.entries(content).flatMap(([mediaType, { schema = {} }]) => [
    `## ${title} (${mediaType})`,
    fence(JSON.stringify(inline(document, schema), null, 2), 'json'),
  ])
}

/** Replaces references by what they refer to; a reference to an enclosing schema keeps its name. */
function inline(document: Document, node: unknown, enclosing: readonly string[] = []): unknown {
  if (Array.isArray(node)) return node.map((item) => inline(document, item, enclosing))
  if (typeof node !== 'object' || node === null) return node
  if (isRef(node)) {
    const name = refName(node)
    if (enclosing.includes(name)) return { $ref: name }
    return inline(document, resolveRef(document, node), [...enclosing, name])
  }
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, inline(document, value, enclosing)]),
  )
}

function firstResponse(
  document: Document,
  { operation }: Endpoint,
  [first]: NamedExampleResponse[],
): string[] {
  if (!first) return []
  const { status } = first.response
  const { content = {} } = resolveRef(document, operation.responses?.[status] ?? {})
  return [fence(responseMessage(first.response, Object.keys(content)[0], STATUS_CODES[status] ?? ''))]
}

function errors(responses: [number, NamedExampleResponse[]][]): string {
  return responses
    .flatMap(([status, examples]) =>
      examples.map(
        ({ name, response }) =>
          `- ${status} \`${name ?? ''}\`: ${response.body === undefined ? 'no body' : `\`${JSON.stringify(response.body)}\``}`,
      ),
    )
    .join('\n')
}
