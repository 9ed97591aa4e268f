import { STATUS_CODES } from 'node:http'
import { codeInAllLanguages } from '../guides/code.ts'
import type { Examples, Header, MediaType, Ref, Response, SecurityRequirement } from '../openapi/document.ts'
import { exampleRequest, requestExampleNames } from '../openapi/example-request.ts'
import { exampleResponses } from '../openapi/examples.ts'
import { requestMessage, requestTarget, responseMessage } from '../openapi/http-message.ts'
import type { Endpoint } from '../openapi/operations.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import type { DocsContext } from './context.ts'
import { fence, indexLine, table } from './markdown-text.ts'
import { operationPath } from './paths.ts'
import { describeSchema } from './schema-words.ts'

/** Writes the Markdown page of an operation: everything that the contract says about it, and code. */
export function operationText(context: DocsContext, endpoint: Endpoint): string {
  const { operationId = '', summary = operationId, description = '' } = endpoint.operation
  const path = operationPath(context.variant, operationId)
  return `${[
    indexLine(context.url(path, 'llms.txt'), 'en'),
    `# ${summary} (${operationId})`,
    `\`${endpoint.method.toUpperCase()} ${endpoint.path}\` of the ${context.document.info.title}`,
    linkOperations(context, path, description.trim()),
    '## Authentication',
    security(context, endpoint),
    ...parameters(context, endpoint),
    ...requestBody(context, endpoint),
    '## Example requests',
    ...requests(context, endpoint),
    '## Responses',
    ...responses(context, endpoint, false),
    '## Errors',
    ...responses(context, endpoint, true),
    '## Code',
    ...codeInAllLanguages({ ...context, operationId }).map(
      ({ title, language, code }) => `### ${title}\n\n${fence(language, code)}`,
    ),
  ]
    .filter(Boolean)
    .join('\n\n')}\n`
}

/** Rewrites the links of descriptions to other operations, which are in the form of Redoc. */
const linkOperations = ({ variant, url }: DocsContext, path: string, text: string): string =>
  text.replace(/\]\(#operation\/(\w+)\)/g, (_, id: string) => `](${url(path, operationPath(variant, id))})`)

function security({ document }: DocsContext, { operation }: Endpoint): string {
  const requirements = operation.security ?? document.security ?? []
  const alternatives = requirements.map((requirement) => alternative(document, requirement))
  if (alternatives.length === 0) return 'None.'
  const list = alternatives.map((text) => `- ${text}`).join('\n')
  return alternatives.length > 1 ? `One of these:\n\n${list}` : list
}

function alternative({ components }: DocsContext['document'], requirement: SecurityRequirement): string {
  const parts = Object.keys(requirement).map((name) => {
    const {
      type,
      in: location,
      name: key,
      description = '',
    } = components?.securitySchemes?.[name] ?? { type: '' }
    const place = type === 'http' ? 'the header `Authorization: Bearer …`' : `the ${location} \`${key}\``
    return `${place} (\`${name}\`: ${description.replace(/\s+/g, ' ').trim().replace(/\.$/, '')})`
  })
  return parts.length > 0 ? parts.join(', and ') : 'no credentials'
}

function parameters({ document }: DocsContext, { parameters: nodes }: Endpoint): string[] {
  if (nodes.length === 0) return []
  const items = nodes.map((node) => {
    const { name, in: location, required, description = '', schema = {} } = resolveRef(document, node)
    const words = describeSchema(document, schema).replace(/^- /, '')
    const text = description.replace(/\s+/g, ' ').trim()
    return `- \`${name}\` (${location}, ${required ? 'required' : 'optional'}): ${text ? `${words}. ${text}` : words}`
  })
  return ['## Parameters', items.join('\n')]
}

function requestBody({ document }: DocsContext, { operation }: Endpoint): string[] {
  if (!operation.requestBody) return []
  const { required, content = {}, description = '' } = resolveRef(document, operation.requestBody)
  return [
    '## Request body',
    description.trim(),
    ...Object.entries(content).map(
      ([type, { schema = {} }]) =>
        `\`${type}\`, ${required ? 'required' : 'optional'}:\n\n${describeSchema(document, schema)}`,
    ),
  ]
}

/** Writes the first example in full, and of each other example only the differences. */
function requests({ document }: DocsContext, endpoint: Endpoint): string[] {
  const sources = requestExamples(document, endpoint)
  const [first, ...others] = requestExampleNames(document, endpoint).map((name) => ({
    name,
    title: `\`${name}\`${summaryOf(document, sources, name)}`,
    request: exampleRequest(document, endpoint, name),
  }))
  const { request = exampleRequest(document, endpoint), title = '`ok`' } = first ?? {}
  const target = requestTarget(request)
  return [
    title,
    fence('http', requestMessage(document, endpoint.operation, request)),
    others
      .map((other) => {
        const changed = requestTarget(other.request)
        return [
          `- ${other.title}.`,
          ...(changed === target ? [] : [`\`${other.request.method} ${changed}\``]),
          ...Object.entries(other.request.headers).map(([header, value]) => `\`${header}: ${value}\``),
          ...(other.request.body ? [`\`${JSON.stringify(other.request.body.value)}\``] : []),
        ].join(' ')
      })
      .join('\n'),
  ]
}

function requestExamples(document: object, { operation, parameters }: Endpoint): Examples[] {
  const media = operation.requestBody
    ? Object.values(resolveRef(document, operation.requestBody).content ?? {})
    : []
  return [...media, ...parameters.map((node) => resolveRef(document, node))].flatMap((part) => [
    part.examples ?? {},
    part['x-invalid-examples'] ?? {},
  ])
}

function summaryOf(document: object, sources: Examples[], name: string | undefined): string {
  const node = name === undefined ? undefined : sources.find((examples) => name in examples)?.[name]
  const { summary = '' } = node ? resolveRef<{ summary?: string }>(document, node) : {}
  return summary && `: ${summary}`
}

/** Writes the responses with a status of success, or with one of failure. */
function responses({ document }: DocsContext, { operation }: Endpoint, isFailure: boolean): string[] {
  const { operationId = '' } = operation
  const examples = exampleResponses(document, operationId)
  const declared = Object.entries(operation.responses ?? {}).filter(
    ([status]) => Number(status) >= 400 === isFailure,
  )
  let described = ''
  return declared.flatMap(([status, node]) => {
    const response = resolveRef<Response>(document, node)
    const [[type, media] = []] = Object.entries(response.content ?? {}) as [string, MediaType][]
    const schema = media?.schema && describeSchema(document, media.schema)
    // Most errors share one schema, which is described once.
    const isKnown = schema === described
    described = schema ?? described
    const named = examples?.get(Number(status)) ?? []
    return [
      `### ${status} ${STATUS_CODES[status] ?? ''}`,
      (response.description ?? '').trim(),
      headers(document, response),
      schema && !isKnown ? `Body, \`${type}\`:\n\n${schema}` : '',
      ...(isFailure ? [failures(named, [media?.examples ?? {}], document)] : []),
      ...(isFailure
        ? []
        : named.map(
            ({ name, response: example }) =>
              `\`${name ?? 'ok'}\`${summaryOf(document, [media?.examples ?? {}], name)}\n\n${fence(
                'http',
                responseMessage(example, type, STATUS_CODES[status] ?? ''),
              )}`,
          )),
    ]
  })
}

function headers(document: object, { headers: nodes = {} }: Response): string {
  const rows = Object.entries(nodes).map(([name, node]) => {
    const { description = '' } = resolveRef<Header>(document, node as Header | Ref)
    return [`\`${name}\``, description.replace(/\s+/g, ' ').trim()]
  })
  return rows.length > 0 ? table(['Header', 'Meaning'], rows) : ''
}

type Named = NonNullable<ReturnType<typeof exampleResponses>> extends Map<number, infer List> ? List : never

/** Errors have many examples, so each is one line. */
function failures(named: Named, sources: Examples[], document: object): string {
  return named
    .map(({ name, response: { body } }) => {
      const text = body === undefined ? '' : ` \`${JSON.stringify(body)}\``
      return `- \`${name ?? 'default'}\`${summaryOf(document, sources, name)}.${text}`
    })
    .join('\n')
}
