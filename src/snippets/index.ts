import { endpointsOf } from '../openapi/operations.ts'
import type { FlowDocument } from './arazzo.ts'
import { toBaseUrl } from './base-url.ts'
import { exampleCall, findOperation, type SnippetDocument } from './call.ts'
import { clientCode } from './client.ts'
import { contractCase, type SentResponse } from './contract-case.ts'
import { curlCode } from './curl.ts'
import { fetchCode } from './fetch.ts'
import { firstCall } from './first-call.ts'
import { buildFlow } from './flow.ts'
import { clientFlow } from './flow-client.ts'
import { curlFlow } from './flow-curl.ts'
import { fetchFlow } from './flow-fetch.ts'
import { pythonFlow } from './flow-python.ts'
import { powershellCode } from './powershell.ts'
import { pythonCode } from './python.ts'
import { type SentRequest, sentCall } from './request.ts'
import { isRedirect } from './url.ts'

export { type FlowDocument, loadFlows } from './arazzo.ts'
export { credentialNamesOf } from './credentials.ts'
export { isBinary, isRepeatable } from './sent-body.ts'

/** The languages of generated code. */
export const languages = [
  { id: 'fetch', label: 'TypeScript (fetch)', language: 'typescript' },
  { id: 'client', label: 'TypeScript (client)', language: 'typescript' },
  { id: 'curl', label: 'cURL', language: 'shell' },
  { id: 'python', label: 'Python', language: 'python' },
] as const

export type LanguageId = (typeof languages)[number]['id']

interface CommonInput {
  /** The bundled OpenAPI document. */
  document: SnippetDocument
  /** The name of the API, such as in the URL of its sandbox. */
  variant: string
  lang: LanguageId
  /** The URL to which the paths of the contract are appended. */
  baseUrl: string
  /**
   * Whether the URL is that of a sandbox or mock, so that the code contains its public API key instead of a
   * placeholder. By default, every server on this machine counts as a sandbox.
   */
  isSandbox?: boolean
}

/** Asks for the code of one operation. */
export interface OperationInput extends CommonInput {
  operationId: string
  /** The name of an example of the request; the first one by default. */
  example?: string
  /** The name of the security scheme to use, if the operation accepts several; the first one by default. */
  credential?: string
}

/** Asks for the code of a flow: a program that makes several calls. */
export interface FlowInput extends CommonInput {
  /** The flows of the API, from `loadFlows`. */
  flows: FlowDocument
  /** The name of the flow. */
  flow: string
}

export type CodeInput = OperationInput | FlowInput

export interface Code {
  code: string
  /** The name of the language for syntax highlighting. */
  language: 'typescript' | 'shell' | 'python'
}

/**
 * Generates the code of an operation or a flow. The same input always gives the same code.
 * @throws {UserError} if the operation, example, credential or flow is unknown, or the base URL is unusable
 * @example
 * ```ts
 * const flows = await loadFlows('example')
 * generateCode({ document, variant: 'example', operationId: 'signIn', lang: 'fetch', baseUrl })
 * generateCode({ document, variant: 'example', flows, flow: 'emailSignIn', lang: 'python', baseUrl })
 * ```
 */
export function generateCode(input: CodeInput): Code {
  const { document, variant, lang, isSandbox = isLoopback(input.baseUrl) } = input
  const baseUrl = toBaseUrl(input.baseUrl)
  const language = languages.find(({ id }) => id === lang)?.language ?? 'typescript'
  if ('flow' in input) {
    const flow = buildFlow(document, input.flows, input.flow, isSandbox)
    return { code: flowWriters[lang](flow, baseUrl, variant), language }
  }
  const call = exampleCall(document, findOperation(document, input.operationId), isSandbox, input)
  return { code: callWriters[lang](call, baseUrl, variant), language }
}

/** Asks for the code of a request that was sent. */
export interface SentInput {
  document: SnippetDocument
  variant: string
  baseUrl: string
  request: SentRequest
  /** The response, for a contract case. */
  response?: SentResponse
  /** The operation that the request reaches, if any. */
  operationId?: string
  /** Whether the code contains the credentials of the request, instead of placeholders. */
  showSecrets?: boolean
}

/** Code that repeats a request. */
export interface SentCode {
  curl: string
  powershell: string
  fetch: string
  python: string
  /** Missing for requests that the typed client cannot send: to unknown paths, or without JSON. */
  client?: string
  /** An Arazzo workflow. Missing where `client` is, and for redirects, which `redocly respect` follows. */
  contractCase?: string
}

/** Generates code that repeats a request. */
export function generateSentCode(input: SentInput): SentCode {
  const { document, variant, baseUrl, request, response, operationId, showSecrets = false } = input
  const { literal, typed } = sentCall(document, request, operationId, showSecrets)
  return {
    curl: curlCode(literal, baseUrl),
    powershell: powershellCode(literal, baseUrl),
    fetch: fetchCode(literal, baseUrl),
    python: pythonCode(literal, baseUrl),
    ...(typed && { client: clientCode(typed, baseUrl, variant) }),
    ...(typed &&
      response &&
      !isRedirect(response) && { contractCase: contractCase(typed, response, baseUrl, variant) }),
  }
}

const callWriters = { fetch: fetchCode, client: clientCode, curl: curlCode, python: pythonCode }
const flowWriters = { fetch: fetchFlow, client: clientFlow, curl: curlFlow, python: pythonFlow }

/** Lists the operations and flows that code can be generated for, in the order of the documents. */
export function namesOf(
  document: SnippetDocument,
  { workflows }: FlowDocument,
): { operations: string[]; flows: string[] } {
  return {
    operations: endpointsOf(document).flatMap(({ operation }) => operation.operationId ?? []),
    flows: workflows.map(({ workflowId }) => workflowId),
  }
}

/**
 * Generates code of a first call to a sandbox or mock: the sign-in, if the contract has one.
 * @returns undefined if the contract has no operations
 */
export function firstCallCode(
  document: SnippetDocument,
  variant: string,
  baseUrl: string,
): Record<'curl' | 'powershell' | 'fetch' | 'client', string> | undefined {
  const endpoint = firstCall(document)
  if (!endpoint) return undefined
  const call = exampleCall(document, endpoint, true)
  return {
    curl: curlCode(call, baseUrl),
    powershell: powershellCode(call, baseUrl),
    fetch: fetchCode(call, baseUrl),
    client: clientCode(call, baseUrl, variant),
  }
}

function isLoopback(url: string): boolean {
  return (
    URL.canParse(url) &&
    /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)
  )
}
