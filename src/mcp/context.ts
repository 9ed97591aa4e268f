import { readFile } from 'node:fs/promises'
import { contractUrl, type VariantName, variantNames } from '../../generated/index.ts'
import { readOnce } from '../common/read-once.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import { type GuideLanguage, topics } from '../guides/guide.ts'
import { type Guide, listGuides } from '../guides/index.ts'
import type { Document } from '../openapi/document.ts'
import { type Endpoint, endpointsOf } from '../openapi/operations.ts'
import { topicName } from '../search/index.ts'
import { type FlowDocument, loadFlows } from '../snippets/index.ts'

/** How the tools reach the sandboxes. */
export interface McpContext {
  /** The origin of the hub, such as `http://localhost:4000`. Generated code calls its sandboxes. */
  origin: string
  /**
   * Sends a request to the hub.
   * @throws {UserError} if no hub answers
   */
  fetch: (request: Request) => Promise<Response>
}

/** Returns the base URL of a sandbox. */
export function sandboxUrl({ origin }: McpContext, variant: VariantName): string {
  return `${origin}/sandbox/${variant}`
}

/** Reads a contract once. */
export const readContract = readOnce<VariantName, Document>(async (variant) =>
  JSON.parse(await readFile(contractUrl(variant), 'utf8')),
)

/** Reads the flows of an API once. */
export const readFlows = readOnce<VariantName, FlowDocument>(loadFlows)

/**
 * Finds the API of that name.
 * @throws {UserError} with the names of all APIs
 */
export function findVariant(name: string): VariantName {
  return variantNames.find((variant) => variant === name) ?? throwUnknown('API', name, variantNames)
}

/**
 * Finds an operation of a contract.
 * @throws {UserError} with similar names
 */
export function findOperation(document: Document, operationId: string): Endpoint {
  const endpoints = endpointsOf(document)
  const ids = endpoints.map(({ operation }) => operation.operationId ?? '')
  return endpoints[ids.indexOf(operationId)] ?? throwUnknown('operation', operationId, ids)
}

/**
 * Finds a guide of an API.
 * @throws {UserError} with the topics of the API, if it has no such guide
 */
export async function findGuide(
  variant: VariantName,
  topic: string,
  language: GuideLanguage,
): Promise<Guide> {
  const guides = (await listGuides(variant)).filter((guide) => guide.language === language)
  const found = guides.find((guide) => guide.topic === topic)
  if (found) return found
  const names = guides.map((guide) => guide.topic)
  const feature = topics.find((name) => name === topic)
  if (!feature) throwUnknown(`guide of ${variant}`, topic, names)
  throw new UserError(
    `${variant} has no ${topicName(feature, 'en')}. Guides of ${variant}: ${names.join(', ')}.`,
    { code: 'notFound' },
  )
}
