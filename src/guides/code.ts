import { UserError } from '../common/user-error.ts'
import type { Document } from '../openapi/document.ts'
import { findEndpoint } from '../openapi/operations.ts'
import { generateCode } from '../snippets/index.ts'
import type { Directive } from './directives.ts'
import type { Sample } from './expand-guide.ts'
import { readFlows } from './flows.ts'
import type { Guide } from './guide.ts'
import { checkRequestExample, endpointOf } from './messages.ts'

/**
 * Generates the code of a directive in all languages.
 * @throws {UserError} if the contract has no such operation, example or flow
 */
export async function codeOf(
  variant: Guide['variant'],
  document: Document,
  directive: Directive,
  baseUrl: string,
): Promise<Sample[]> {
  const { operation, flow, example } = directive.attributes
  const command = (operationId: string, name?: string) =>
    generateCode({ document, variant, operationId, ...(name && { example: name }), lang: 'curl', baseUrl })
      .code
  if (flow !== undefined) {
    const ids = await operationsOf(variant, document, directive)
    return [{ title: 'cURL', language: 'shell', code: ids.map((id) => command(id)).join('\n\n') }]
  }
  checkRequestExample(document, endpointOf(document, directive), directive)
  return [{ title: 'cURL', language: 'shell', code: command(operation ?? '', example) }]
}

/** Returns the operations of a flow in the order of its steps, without those of the development controls. */
async function operationsOf(
  variant: Guide['variant'],
  document: Document,
  { attributes: { flow }, place }: Directive,
): Promise<string[]> {
  const flows = await readFlows(variant)
  const found = flows.find(({ workflowId }) => workflowId === flow)
  if (!found)
    throw new UserError(
      `${place} names the unknown flow ${flow}. Known: ${flows.map(({ workflowId }) => workflowId).join(', ')}.`,
    )
  return found.steps.flatMap(({ operationId }) => (findEndpoint(document, operationId) ? [operationId] : []))
}
