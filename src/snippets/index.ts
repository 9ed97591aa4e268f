import { findEndpoint } from '../openapi/operations.ts'
import { exampleCall, findOperation, type SnippetDocument } from './call.ts'
import { clientCode } from './client.ts'
import { curlCode } from './curl.ts'
import { fetchCode } from './fetch.ts'
import { pythonCode } from './python.ts'

/** The languages of generated code. */
export const languages = [
  { id: 'fetch', label: 'TypeScript with fetch', language: 'typescript' },
  { id: 'client', label: 'TypeScript with the typed client', language: 'typescript' },
  { id: 'curl', label: 'cURL', language: 'shell' },
  { id: 'python', label: 'Python with requests', language: 'python' },
] as const

export type LanguageId = (typeof languages)[number]['id']

export interface CodeInput {
  /** The bundled OpenAPI document. */
  document: SnippetDocument
  /** The name of the API, such as in the URL of its sandbox. */
  variant: string
  operationId: string
  /** The name of an example of the request; the first one by default. */
  example?: string
  lang: LanguageId
  /** The URL to which the paths of the contract are appended. */
  baseUrl: string
  /**
   * Whether the URL is that of a sandbox or mock, so that the code contains its public API key instead of a
   * placeholder. By default, every server on this machine counts as a sandbox.
   */
  isSandbox?: boolean
}

export interface Code {
  code: string
  /** The name of the language for syntax highlighting. */
  language: 'typescript' | 'shell' | 'python'
}

/**
 * Generates the code of an operation. The same input always gives the same code.
 * @throws {UserError} if the operation, the example or the language does not exist
 */
export function generateCode({
  document,
  variant,
  operationId,
  example,
  lang,
  baseUrl,
  ...input
}: CodeInput): Code {
  const base = baseUrl.replace(/\/+$/, '')
  const { isSandbox = isLoopback(base) } = input
  const call = exampleCall(document, findOperation(document, operationId), example, isSandbox)
  switch (lang) {
    case 'fetch':
      return { code: fetchCode(call, base), language: 'typescript' }
    case 'client':
      return { code: clientCode(call, variant, base), language: 'typescript' }
    case 'curl':
      return { code: curlCode(call, base), language: 'shell' }
    case 'python':
      return { code: pythonCode(call, base), language: 'python' }
  }
}

/**
 * Returns the `curl` command of a sign-in to a sandbox or mock.
 * @returns undefined if the contract has no sign-in
 */
export function signInCommand(
  document: SnippetDocument,
  variant: string,
  baseUrl: string,
): string | undefined {
  if (!findEndpoint(document, 'signIn')) return undefined
  return generateCode({ document, variant, operationId: 'signIn', lang: 'curl', baseUrl, isSandbox: true })
    .code
}

function isLoopback(url: string): boolean {
  return (
    URL.canParse(url) &&
    /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)
  )
}
