import { codeInAllLanguages } from '../guides/code.ts'
import { type Credential, credentialsByScheme, requirementsOf } from '../openapi/credentials.ts'
import type { Examples, SecurityRequirement } from '../openapi/document.ts'
import { exampleRequest, requestExampleNames } from '../openapi/example-request.ts'
import { requestMessage } from '../openapi/http-message.ts'
import type { Endpoint } from '../openapi/operations.ts'
import { requestFields, requestTarget } from '../openapi/request-fields.ts'
import { describedBy } from '../openapi/request-value.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import type { DocsContext } from './context.ts'
import { exampleSummary } from './example-summary.ts'
import { fence, indexLine } from './markdown-text.ts'
import { guideTextPath, operationPath, referencePath } from './paths.ts'
import { headersText, responsesText } from './response-text.ts'
import { describeSchema } from './schema-words.ts'

/** Writes the Markdown page of an operation: everything that the contract says about it, and code. */
export function operationText(context: DocsContext, endpoint: Endpoint): string {
  const { operationId = '', summary = operationId, description = '' } = endpoint.operation
  const path = operationPath(context.variant, operationId)
  const parts = [
    indexLine(context.url(path, 'llms.txt'), 'en'),
    `# ${summary} (${operationId})`,
    `\`${endpoint.method.toUpperCase()} ${endpoint.path}\` of the ${context.document.info.title}`,
    description.trim(),
    '## Authentication',
    security(context, endpoint),
    ...parameters(context, endpoint),
    ...requestBody(context, endpoint),
    '## Example requests',
    ...requests(context, endpoint),
    '## Responses',
    ...responsesText(context.document, endpoint.operation, 'success'),
    '## Errors',
    ...responsesText(context.document, endpoint.operation, 'failure'),
    ...headersText(context.document, endpoint.operation),
    '## Code',
    ...codeInAllLanguages({ ...context, baseUrl: context.server ?? context.baseUrl, operationId }).map(
      ({ title, language, code }) => `### ${title}\n\n${fence(language, code)}`,
    ),
  ]
  return `${linkPages(context, path, parts.filter(Boolean).join('\n\n'))}\n`
}

/**
 * Rewrites the references of descriptions to other parts of the contract: links to operations and sections,
 * and the table of error codes, which the guide to errors has, too.
 */
function linkPages({ variant, url }: DocsContext, path: string, text: string): string {
  const errors = url(path, guideTextPath(variant, 'en', 'errors'))
  const reference = url(path, referencePath(variant))
  return text
    .replace(
      /\]\(#operation\/([^)\s]+)\)/g,
      (_, id: string) => `](${url(path, operationPath(variant, decode(id)))})`,
    )
    .replaceAll('](#section/', `](${reference}#/section/`)
    .replaceAll('The table of error codes above', `The [guide to errors](${errors})`)
}

/** Decodes a part of a URL, as far as it is encoded. */
const decode = (part: string) =>
  part.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())

function security({ document }: DocsContext, { operation }: Endpoint): string {
  const alternatives = requirementsOf(document, operation).map((requirement) =>
    alternative(document, requirement),
  )
  if (alternatives.length === 0) return 'None.'
  const list = alternatives.map((text) => `- ${text}`).join('\n')
  return alternatives.length > 1 ? `One of these:\n\n${list}` : list
}

function alternative(document: DocsContext['document'], requirement: SecurityRequirement): string {
  const credentials = credentialsByScheme(document)
  const parts = Object.entries(requirement).map(([name, scopes]) => {
    const credential = credentials.get(name)
    const text = credential?.description.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
    const details = [
      text ? `\`${name}\`: ${text}` : `\`${name}\``,
      ...(scopes.length > 0 ? [`with ${scopes.map((scope) => `\`${scope}\``).join(', ')}`] : []),
    ]
    return `${credential ? placeOf(credential) : 'credentials that the contract does not describe'} (${details.join(', ')})`
  })
  return parts.length > 0 ? parts.join(', and ') : 'no credentials'
}

/** Tells where a request has a credential. */
function placeOf({ kind, in: location, name, prefix }: Credential): string {
  if (kind === 'certificate') return 'a client certificate'
  if (kind === 'key') return `the ${location} \`${name}\``
  const what = kind === 'basic' ? ' with the Base64 of `<user name>:<password>`' : ''
  return `the header \`${name}: ${prefix}…\`${what}`
}

function parameters({ document }: DocsContext, { parameters: nodes }: Endpoint): string[] {
  if (nodes.length === 0) return []
  const items = nodes.map((node) => {
    const parameter = resolveRef(document, node)
    const { name, in: location, required, description = '' } = parameter
    const { schema = {} } = describedBy(parameter)
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
    title: `\`${name}\`${exampleSummary(document, sources, name)}`,
    request: exampleRequest(document, endpoint, name),
  }))
  const { request = exampleRequest(document, endpoint), title = '`ok`' } = first ?? {}
  const target = requestTarget(request.path, requestFields(request.parameters))
  return [
    title,
    fence('http', requestMessage(document, endpoint.operation, request)),
    others
      .map((other) => {
        const fields = requestFields(other.request.parameters)
        const changed = requestTarget(other.request.path, fields)
        return [
          `- ${other.title}.`,
          ...(changed === target ? [] : [`\`${other.request.method} ${changed}\``]),
          ...Object.entries(fields.headers).map(([header, value]) => `\`${header}: ${value}\``),
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
  return [...media, ...parameters.map((node) => describedBy(resolveRef(document, node)))].flatMap((part) => [
    part.examples ?? {},
    part['x-invalid-examples'] ?? {},
  ])
}
