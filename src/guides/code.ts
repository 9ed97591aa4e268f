import { unknownName } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import type { Document } from '../openapi/document.ts'
import type { Endpoint } from '../openapi/operations.ts'
import {
  credentialNamesOf,
  type FlowInput,
  generateCode,
  languages,
  loadFlows,
  type OperationInput,
} from '../snippets/index.ts'
import type { Directive } from './directives.ts'
import type { Sample } from './expand-guide.ts'
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
  return codeInAllLanguages({
    document,
    variant,
    baseUrl,
    ...(await subjectOf(variant, document, directive)),
  })
}

/** Generates the code of an operation or a flow in all languages. */
export function codeInAllLanguages(input: Omit<OperationInput, 'lang'> | Omit<FlowInput, 'lang'>): Sample[] {
  return languages.map(({ id, label }) => ({ title: label, ...generateCode({ ...input, lang: id }) }))
}

/** Returns the operation or flow that a directive names. */
async function subjectOf(variant: Guide['variant'], document: Document, directive: Directive) {
  const { operation = '', flow, example, credential } = directive.attributes
  if (flow === undefined) {
    const endpoint = endpointOf(document, directive)
    checkRequestExample(document, endpoint, directive)
    checkCredential(document, endpoint, directive)
    return {
      operationId: operation,
      ...(example !== undefined && { example }),
      ...(credential !== undefined && { credential }),
    }
  }
  const flows = await loadFlows(variant)
  const known = flows.workflows.map(({ workflowId }) => workflowId)
  if (!known.includes(flow)) throw new UserError(`${directive.place}: ${unknownName('flow', flow, known)}`)
  return { flows, flow }
}

function checkCredential(
  document: Document,
  { operation }: Endpoint,
  { attributes: { credential }, place }: Directive,
): void {
  const known = credentialNamesOf(document, operation)
  if (credential !== undefined && !known.includes(credential))
    throw new UserError(
      `${place} names the credential ${credential}, which ${operation.operationId} does not accept. Accepted: ${known.join(', ') || 'none'}.`,
    )
}
