import { UserError } from '../common/user-error.ts'
import type { Document } from '../openapi/document.ts'
import { findEndpoint } from '../openapi/operations.ts'
import { operationCommand } from '../snippets/curl.ts'
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
  const { flow, example } = directive.attributes
  if (flow !== undefined) return flowCode(variant, document, directive, baseUrl)
  const endpoint = endpointOf(document, directive)
  checkRequestExample(document, endpoint, directive)
  return [{ title: 'cURL', language: 'shell', code: operationCommand(document, endpoint, baseUrl, example) }]
}

async function flowCode(
  variant: Guide['variant'],
  document: Document,
  { attributes: { flow }, place }: Directive,
  baseUrl: string,
): Promise<Sample[]> {
  const flows = await readFlows(variant)
  const found = flows.find(({ workflowId }) => workflowId === flow)
  if (!found)
    throw new UserError(
      `${place} names the unknown flow ${flow}. Known: ${flows.map(({ workflowId }) => workflowId).join(', ')}.`,
    )
  const commands = found.steps.flatMap(({ operationId }) => {
    const endpoint = findEndpoint(document, operationId)
    return endpoint ? [operationCommand(document, endpoint, baseUrl)] : []
  })
  return [{ title: 'cURL', language: 'shell', code: commands.join('\n\n') }]
}
