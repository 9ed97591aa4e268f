import { STATUS_CODES } from 'node:http'
import type { Document, Examples, Header, MediaType, Operation, Ref, Response } from '../openapi/document.ts'
import { exampleResponses } from '../openapi/examples.ts'
import { responseMessage } from '../openapi/http-message.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { withSampleBody } from '../openapi/sample-response.ts'
import { statusOf } from '../openapi/status.ts'
import { exampleSummary } from './example-summary.ts'
import { fence, table } from './markdown-text.ts'
import { describeSchema } from './schema-words.ts'

/** Writes the responses of an operation with a status of success, or with one of failure. */
export function responsesText(
  document: Document,
  operation: Operation,
  kind: 'success' | 'failure',
): string[] {
  const examples = exampleResponses(document, operation.operationId ?? '')
  const declared = responsesOf(document, operation).filter(
    ({ status }) => isFailure(status) === (kind === 'failure'),
  )
  const statuses = Object.keys(operation.responses ?? {})
  /** Most errors share one schema, which is described once: the first status by description. */
  const described = new Map<string, string>()
  return declared.flatMap(({ status, response }) => {
    const [[type, media] = []] = Object.entries(response.content ?? {}) as [string, MediaType][]
    const schema = media?.schema && describeSchema(document, media.schema)
    const earlier = schema && described.get(schema)
    if (schema && !earlier) described.set(schema, status)
    // Other bodies without an example would look like empty ones.
    const shown = (examples?.get(statusOf(status, statuses)) ?? [])
      .map(({ name, response: each }) => ({
        name,
        example: withSampleBody(document, response.content, each),
      }))
      .filter(({ example }) => !media || example.body !== undefined)
      // The body of a schema is the same for each status.
      .filter(({ example }) => !example.isSample || !earlier)
    const named = shown.map(({ name, example }) => ({
      name: example.isSample
        ? 'Made from the schema'
        : `\`${name ?? (kind === 'failure' ? 'default' : 'ok')}\``,
      summary: exampleSummary(document, [media?.examples ?? ({} as Examples)], name),
      example,
    }))
    return [
      `### ${status} ${STATUS_CODES[status] ?? ''}`.trim(),
      (response.description ?? '').trim(),
      schema ? `Body, \`${type}\`:${earlier ? ` as for ${earlier}.` : `\n\n${schema}`}` : '',
      ...(kind === 'failure' ? failures(named, media) : successes(named, type, STATUS_CODES[status] ?? '')),
    ]
  })
}

/** Contracts declare their errors as `401`, `4XX` or `default`. */
const isFailure = (status: string) => /^[45]|^default$/.test(status)

/** Writes the headers of all responses of an operation. Most responses have the same ones. */
export function headersText(document: Document, operation: Operation): string[] {
  const responses = responsesOf(document, operation)
  const headers = responses.flatMap(({ status, response }) =>
    Object.entries(response.headers ?? {}).map(([name, node]) => {
      const { description = '' } = resolveRef<Header>(document, node as Header | Ref)
      return { status, name: `\`${name}\``, meaning: description.replace(/\s+/g, ' ').trim() }
    }),
  )
  if (headers.length === 0) return []
  const rows = [...Map.groupBy(headers, ({ name, meaning }) => `${name} ${meaning}`).values()].map((same) => {
    const statuses = same.length === responses.length ? 'all' : same.map(({ status }) => status).join(', ')
    return [same[0]?.name ?? '', statuses, same[0]?.meaning ?? '']
  })
  return ['## Response headers', table(['Header', 'Statuses', 'Meaning'], rows)]
}

const responsesOf = (document: Document, { responses = {} }: Operation) =>
  Object.entries(responses).map(([status, node]) => ({
    status,
    response: resolveRef<Response>(document, node),
  }))

interface NamedExample {
  name: string
  summary: string
  example: Parameters<typeof responseMessage>[0]
}

/** Writes each response in full. Several requests can have the same one. */
function successes(named: NamedExample[], type: string | undefined, reason: string): string[] {
  const groups = Map.groupBy(named, ({ example }) => responseMessage(example, type, reason))
  return [...groups].map(([message, same]) => `${titleOf(same)}\n\n${fence('http', message)}`)
}

function titleOf(same: NamedExample[]): string {
  const [first] = same
  return same.every(({ summary }) => summary === first?.summary)
    ? `${same.map(({ name }) => name).join(', ')}${first?.summary}`
    : same.map(({ name, summary }) => name + summary).join('; ')
}

/** Errors have many examples, so each is one line. */
function failures(named: NamedExample[], media: MediaType | undefined): string[] {
  if (!media) return ['No body.']
  return [
    named
      .map(({ name, summary, example: { body } }) => `- ${name}${summary}. \`${JSON.stringify(body)}\``)
      .join('\n'),
  ]
}
