import { type Api, type Catalog, defaultServerPath } from '../catalog/api.ts'
import { readOnce } from '../common/read-once.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import { type GuideLanguage, topics } from '../guides/guide.ts'
import { type Guide, listGuides } from '../guides/index.ts'
import type { Document } from '../openapi/document.ts'
import { type Endpoint, endpointsOf } from '../openapi/operations.ts'
import { topicName } from '../search/index.ts'
import { type FlowDocument, loadFlows } from '../snippets/index.ts'

/** The APIs that the tools are about, and how they reach their servers. */
export interface McpContext {
  catalog: Catalog
  /** The origin of the hub, such as `http://localhost:4000`. Generated code calls its sandboxes. */
  origin: string
  /**
   * Sends a request to the hub.
   * @throws {UserError} if no hub answers
   */
  fetch: (request: Request) => Promise<Response>
}

/** The parts of the APIs besides contracts and mocks. Tools and texts mention only parts that an API has. */
export interface Offer {
  hasGuides: boolean
  hasFlows: boolean
  hasSandboxes: boolean
  /** The names of the APIs without guides. */
  withoutGuides: string[]
}

/** Finds out what the APIs of a catalog have. */
export async function readOffer({ apis, names }: Catalog): Promise<Offer> {
  const guided = await Promise.all(names.map(hasGuides))
  const flows = await Promise.all(names.map(readFlows))
  return {
    hasGuides: guided.includes(true),
    hasFlows: flows.some(({ workflows }) => workflows.length > 0),
    hasSandboxes: apis.some(({ server }) => server),
    withoutGuides: names.filter((_, index) => !guided[index]),
  }
}

const hasGuides = readOnce<string, boolean>(async (name) => (await listGuides(name)).length > 0)

/** Returns the base URL of the sandbox of an API, or of its mock if it has none. */
export function serverUrl({ origin }: McpContext, api: Api): string {
  return origin + defaultServerPath(api)
}

/** Reads the flows of the API of this name once. */
export const readFlows = readOnce<string, FlowDocument>(loadFlows)

/**
 * Finds the API of that name.
 * @throws {UserError} with the names of all APIs
 */
export function findApi({ catalog }: McpContext, name: string): Api {
  return catalog.find(name) ?? throwUnknown('API', name, catalog.names)
}

/** Returns the names of the APIs that have a mock, but no sandbox. */
export function namesWithoutSandbox({ catalog }: McpContext): string[] {
  return catalog.apis.flatMap(({ name, server }) => (server ? [] : name))
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
export async function findGuide({ name }: Api, topic: string, language: GuideLanguage): Promise<Guide> {
  const guides = (await listGuides(name)).filter((guide) => guide.language === language)
  const found = guides.find((guide) => guide.topic === topic)
  if (found) return found
  if (guides.length === 0)
    throw new UserError(
      `${name} has no guides. Find its operations with list_operations ${JSON.stringify({ variant: name })}.`,
      { code: 'notFound' },
    )
  const names = guides.map((guide) => guide.topic)
  const feature = topics.find((each) => each === topic)
  if (!feature) throwUnknown(`guide of ${name}`, topic, names)
  throw new UserError(`${name} has no ${topicName(feature, 'en')}. Guides of ${name}: ${names.join(', ')}.`, {
    code: 'notFound',
  })
}
