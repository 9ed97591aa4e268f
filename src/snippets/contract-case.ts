import { stringify } from 'yaml'
import type { Call } from './call.ts'
import { cookieHeader } from './url.ts'
import { isText, type Value } from './values.ts'

/** The response that a request got. */
export interface SentResponse {
  status: number
  /** The parsed JSON; undefined if the body is not JSON. */
  body?: unknown
}

/** The inputs of a workflow, as a JSON Schema. */
type Inputs = Record<string, { type: 'string'; default?: string; description?: string }>

const entriesOf = (entries: ([string, Value] | undefined)[]): Record<string, Value> =>
  Object.fromEntries(entries.filter((entry) => entry !== undefined))

/**
 * Writes a request and the status of its response as an Arazzo workflow with one step, which
 * `redocly respect` runs against any server. It also checks the response by the contract. The credentials are
 * inputs.
 * @param variant the name of the API, and so of the source of its contract
 * @param baseUrl the URL of a mock or sandbox of a hub, which serves the contract
 */
export function contractCase(call: Call, response: SentResponse, baseUrl: string, variant: string): string {
  const { operationId, credentials, body } = call
  const inputs: Inputs = Object.fromEntries(
    call.constants.map(({ name, value, isPlaceholder, basic }) => [
      name,
      {
        type: 'string',
        ...(basic && { description: 'The Base64 of <user name>:<password>.' }),
        ...(!isPlaceholder && { default: value }),
      },
    ]),
  )
  const express = (value: Value) => toExpressions(value, inputs)
  const cookie = cookieHeader(call)
  const parametersIn = (location: string, values: Record<string, Value>) =>
    Object.entries(values).map(([name, value]) => ({ name, in: location, value: express(value) }))
  const parameters = [
    ...parametersIn('path', call.pathParameters),
    ...parametersIn('query', call.query),
    ...parametersIn('query', entriesOf(credentials.map(({ query }) => query))),
    ...parametersIn('header', entriesOf(credentials.map(({ header }) => header))),
    ...parametersIn('header', cookie ? { Cookie: cookie } : {}),
    ...parametersIn('header', call.headers),
  ]
  const code = errorCodeIn(response.body)
  const step = {
    stepId: operationId,
    operationId,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { contentType: body.mediaType, payload: express(body.value) } }),
    successCriteria: [
      { condition: `$statusCode == ${response.status}` },
      ...(code ? [{ condition: `$response.body#/${code.path} == "${code.value}"` }] : []),
    ],
  }
  const required = Object.keys(inputs).filter((name) => inputs[name]?.default === undefined)
  const workflow = {
    workflowId: `${operationId}${response.status}`,
    summary: `${operationId} responds with ${response.status}.`,
    // The payload and the parameters have added theirs.
    ...(Object.keys(inputs).length > 0 && {
      inputs: { type: 'object', ...(required.length > 0 && { required }), properties: inputs },
    }),
    steps: [step],
  }
  const contract = new URL(`/contracts/${variant}/openapi.yaml`, baseUrl).href
  const options = required.map((name) => ` -i ${name}=...`).join('')
  return `# Save as ${workflow.workflowId}.arazzo.yaml. To run it against your backend, replace the URL after -S:
# npx @redocly/cli respect ${workflow.workflowId}.arazzo.yaml -S ${variant}=${baseUrl}${options}
${stringify(
  {
    arazzo: '1.0.1',
    info: { title: `Contract case of ${operationId}`, version: '1.0.0' },
    sourceDescriptions: [{ name: variant, type: 'openapi', url: contract }],
    workflows: [workflow],
  },
  { lineWidth: 0 },
)}`
}

/**
 * Replaces variables by runtime expressions. Arazzo cannot escape the `$` of an expression, so a text that
 * contains one becomes the default of an input.
 */
function toExpressions(value: Value, inputs: Inputs): unknown {
  if (typeof value === 'string') {
    if (!value.includes('$')) return value
    const name = `text${Object.keys(inputs).filter((each) => /^text\d+$/.test(each)).length + 1}`
    inputs[name] = { type: 'string', default: value }
    return `$inputs.${name}`
  }
  if (isText(value)) {
    const parts = value.$text
    const [only] = parts
    if (parts.length === 1 && typeof only === 'object') return `$inputs.${only.variable}`
    return parts.map((part) => (typeof part === 'string' ? part : `{$inputs.${part.variable}}`)).join('')
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => toExpressions(item, inputs))
  return Object.fromEntries(Object.entries(value).map(([key, node]) => [key, toExpressions(node, inputs)]))
}

/** Finds the code of an error, which programs read. Sentences may change. */
function errorCodeIn(body: unknown): { path: string; value: string } | undefined {
  const { error, code } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const nested = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined
  const candidates = [
    { path: 'error/code', value: nested },
    { path: 'code', value: code },
    { path: 'error', value: error },
  ]
  for (const { path, value } of candidates)
    if (typeof value === 'string' && /^[\w./-]+$/.test(value)) return { path, value }
  return undefined
}
