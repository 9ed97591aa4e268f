import { concreteType, isForm, isJson } from '../openapi/media-type.ts'
import { formFields } from '../openapi/serialize.ts'
import { statusOf as statusOfKey } from '../openapi/status.ts'
import type { Generator } from './generator.ts'
import { InvalidContractError } from './invalid-contract-error.ts'
import { negotiate } from './media-types.ts'
import {
  type Content,
  type DeclaredHeader,
  type DeclaredResponse,
  exampleNamesOf,
  type Operation,
} from './operation.ts'
import { placeholderOf } from './placeholders.ts'

/** Selects a declared response: by default, the first success. */
export interface Choice {
  /** The status, a range such as `4XX`, or `default`, as declared. */
  code?: string
  /** The status to send for a range or `default`. */
  status?: number
  example?: string
  dynamic?: boolean
}

/** Builds a response. `accept` is the header of the request. */
export type Respond = (choice: Choice, accept?: string) => Promise<Response>

interface PlainResponse {
  status: number
  headers: [string, string][]
  body: string | Uint8Array<ArrayBuffer> | null
}

/**
 * Creates a function that builds the responses of an operation from its examples, or else from its schemas.
 * @param report receives a text about an invalid generated body, and the JSON Pointer of its schema
 */
export function createResponder(
  operation: Operation,
  generator: Generator,
  report: (text: string, pointer: string) => void,
): Respond {
  async function build(choice: Choice, accept?: string): Promise<PlainResponse> {
    const { code, status, example, dynamic } = choice
    const declared = operation.responses.find((response) => response.code === code) ?? successOf(operation)
    if (!declared) throw new InvalidContractError('The operation declares no responses.', operation.pointer)
    const sent = status ?? statusOf(operation, declared.code)
    const headers: [string, string][] = []
    for (const header of declared.headers) {
      const value = await headerValue(header, example, dynamic)
      if (value !== undefined) headers.push([header.name, value])
    }
    const content = isNullBodyStatus(sent) ? undefined : chooseContent(declared, example, accept)
    if (!content) return { status: sent, headers, body: null }
    const body = await bodyOf(content, sent, choice)
    if (body !== null && !headers.some(([name]) => name.toLowerCase() === 'content-type'))
      headers.push(['Content-Type', concreteType(content.mediaType)])
    return { status: sent, headers, body }
  }

  async function bodyOf(
    content: Content,
    status: number,
    { example, dynamic }: Choice,
  ): Promise<PlainResponse['body']> {
    const chosen =
      content.examples.find(({ name }) => name === example && name !== undefined) ?? content.examples[0]
    if (chosen && !dynamic) return serialize(content.mediaType, chosen.value)
    if (content.schema === undefined) return chosen ? serialize(content.mediaType, chosen.value) : null
    const placeholder = placeholderOf(content.mediaType)
    if (placeholder !== undefined) return placeholder
    const { value, isValid } = await generator[dynamic ? 'random' : 'sample'](content.schema)
    if (!isValid)
      report(
        `The generated body of ${status} does not match its schema. Add an example to the contract.`,
        content.schema,
      )
    return serialize(content.mediaType, value)
  }

  /**
   * Returns the header example with the name of the response example, or else the first one. An optional
   * header that has only examples of other names is left out.
   */
  async function headerValue(
    header: DeclaredHeader,
    name?: string,
    dynamic = false,
  ): Promise<string | undefined> {
    const named = header.examples.filter((each) => each.name !== undefined)
    const example = named.find((each) => each.name === name)
    if (!example && name !== undefined && named.length > 0 && !header.required) return undefined
    const chosen = example ?? header.examples[0]
    if (chosen) return toHeader(chosen.value)
    if (header.schema === undefined) return undefined
    const { value } = await generator[dynamic ? 'random' : 'sample'](header.schema)
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  }

  // Only dynamic responses vary, so all others are built once.
  const built = new Map<string, Promise<PlainResponse>>()
  const buildOnce = (choice: Choice, accept: string | undefined) => {
    const key = JSON.stringify([
      choice.code,
      choice.status,
      choice.example,
      hasAlternatives(operation) && accept,
    ])
    const response = built.get(key) ?? build(choice, accept)
    built.set(key, response)
    return response
  }

  return async (choice, accept) => {
    const { body, ...init } = await (choice.dynamic ? build(choice, accept) : buildOnce(choice, accept))
    return new Response(body, init)
  }
}

/** Returns the default response: the lowest success or redirect, or else `default`, or else the first. */
function successOf({ responses }: Operation): DeclaredResponse | undefined {
  const successes = responses.filter(({ code }) => /^[23]/.test(code))
  const [lowest] = successes.sort((a, b) => (a.code < b.code ? -1 : 1))
  return lowest ?? responses.find(({ code }) => code === 'default') ?? responses[0]
}

/** Returns the status to send for a declared response. */
export const statusOf = ({ responses }: Operation, code: string): number =>
  statusOfKey(
    code,
    responses.map((response) => response.code),
  )

/** Finds the response for a status: exact, range or `default` (OpenAPI 3.1, §4.8.16). */
export function responseFor({ responses }: Operation, status: number): DeclaredResponse | undefined {
  const codes = [String(status), `${Math.floor(status / 100)}XX`, 'default']
  return codes.flatMap((code) => responses.find((response) => response.code === code) ?? [])[0]
}

/** Prefers the media types that have the example, and then those that the client accepts. */
function chooseContent(
  { contents }: DeclaredResponse,
  example: string | undefined,
  accept: string | undefined,
) {
  const having = contents.filter(
    (content) => example !== undefined && exampleNamesOf(content).includes(example),
  )
  return negotiate(having.length > 0 ? having : contents, accept)
}

const hasAlternatives = ({ responses }: Operation) => responses.some(({ contents }) => contents.length > 1)

const isNullBodyStatus = (status: number) => status === 204 || status === 205 || status === 304

function serialize(mediaType: string, value: unknown): string {
  if (isJson(mediaType)) return typeof value === 'string' && isJsonText(value) ? value : JSON.stringify(value)
  if (typeof value === 'string') return value
  return isForm(mediaType) ? String(new URLSearchParams(formFields(Object(value)))) : JSON.stringify(value)
}

/** Tells whether an example is JSON that was written as text. */
function isJsonText(value: string): boolean {
  if (!/^\s*[[{]/.test(value)) return false
  try {
    JSON.parse(value)
    return true
  } catch {
    return false
  }
}

function toHeader(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  return typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value) : String(value)
}
