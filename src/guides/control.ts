import { readFile } from 'node:fs/promises'
import type { Document } from '../openapi/document.ts'
import { generateCode, languages } from '../snippets/index.ts'
import type { Directive } from './directives.ts'
import type { Sample } from './expand-guide.ts'
import type { Guide } from './guide.ts'
import { checkRequestExample, endpointOf } from './messages.ts'

const contractUrl = new URL('../../generated/_dev/openapi.json', import.meta.url)
const lang = 'curl'

/**
 * Generates the command that calls a development control of the sandbox.
 * @throws {UserError} if the contract of the controls has no such operation or example
 */
export async function controlOf(
  variant: Guide['variant'],
  directive: Directive,
  baseUrl: string,
): Promise<Sample> {
  const document: Document = JSON.parse(await readFile(contractUrl, 'utf8'))
  const { operation: operationId = '', example } = directive.attributes
  checkRequestExample(document, endpointOf(document, directive), directive)
  const input = {
    document,
    variant,
    baseUrl,
    operationId,
    lang,
    ...(example !== undefined && { example }),
  } as const
  return { title: languages.find(({ id }) => id === lang)?.label ?? lang, ...generateCode(input) }
}
