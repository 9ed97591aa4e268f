import { type McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server'
import type { Catalog } from '../catalog/api.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import { guideLanguages, topics } from '../guides/guide.ts'
import { listGuides } from '../guides/index.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { findApi, findGuide, findOperation, type McpContext, type Offer } from './context.ts'
import { guidePage, operationPage } from './pages.ts'
import { contractUri, guideUri, operationUri, uriTemplates } from './uris.ts'

/** Adds guides, operations and contracts as resources. */
export function addResources(server: McpServer, context: McpContext, { hasGuides }: Offer): void {
  if (hasGuides) addGuides(server, context)
  addOperations(server, context)
  addContracts(server, context)
}

function addGuides(server: McpServer, context: McpContext): void {
  const { catalog } = context
  server.registerResource(
    'guide',
    new ResourceTemplate(uriTemplates.guide, {
      list: () => listGuideResources(catalog),
      complete: {
        variant: (start) => startingWith(catalog.names, start),
        topic: (start) => startingWith(topics, start),
        language: (start) => startingWith(guideLanguages, start),
      },
    }),
    { title: 'Guide', description: 'A guide with working code, as Markdown.', mimeType: 'text/markdown' },
    (uri, { variant, topic, language }) =>
      contentsOf(uri, 'text/markdown', async () => {
        const found =
          guideLanguages.find((name) => name === language) ??
          throwUnknown('language', String(language), guideLanguages)
        const api = findApi(context, String(variant))
        return guidePage(api, await findGuide(api, String(topic), found), context)
      }),
  )
}

function addOperations(server: McpServer, context: McpContext): void {
  const { catalog } = context
  server.registerResource(
    'operation',
    new ResourceTemplate(uriTemplates.operation, {
      list: () => listOperationResources(catalog),
      complete: {
        variant: (start) => startingWith(catalog.names, start),
        operationId: (start, given) => completeOperation(catalog, start, given?.arguments?.variant),
      },
    }),
    { title: 'Operation', description: 'All details of an operation.', mimeType: 'text/markdown' },
    (uri, { variant, operationId }) =>
      contentsOf(uri, 'text/markdown', async () => {
        const api = findApi(context, String(variant))
        const document = await api.readDocument()
        return operationPage(api, findOperation(document, decode(String(operationId))), context)
      }),
  )
}

function addContracts(server: McpServer, context: McpContext): void {
  const { catalog } = context
  server.registerResource(
    'contract',
    new ResourceTemplate(uriTemplates.contract, {
      list: () => listContractResources(catalog),
      complete: { variant: (start) => startingWith(catalog.names, start) },
    }),
    { title: 'Contract', description: 'The OpenAPI 3.1 document of an API.', mimeType: 'application/json' },
    (uri, { variant }) =>
      contentsOf(uri, 'application/json', async () =>
        JSON.stringify(await findApi(context, String(variant)).readDocument()),
      ),
  )
}

async function listGuideResources({ names }: Catalog) {
  const guides = (await Promise.all(names.map(listGuides))).flat()
  return {
    resources: guides.map((guide) => ({
      uri: guideUri(guide),
      name: `${guide.variant}/${guide.topic}.${guide.language}`,
      title: `${guide.title} (${guide.variant})`,
      description: guide.description,
      mimeType: 'text/markdown',
    })),
  }
}

async function listOperationResources({ apis }: Catalog) {
  const lists = await Promise.all(
    apis.map(async ({ name, readDocument }) =>
      endpointsOf(await readDocument()).map(({ operation: { operationId = '', summary } }) => ({
        uri: operationUri(name, operationId),
        name: `${name}/${operationId}`,
        title: `${summary || operationId} (${name})`,
        mimeType: 'text/markdown',
      })),
    ),
  )
  return { resources: lists.flat() }
}

async function listContractResources({ apis }: Catalog) {
  const resources = apis.map(async ({ name, readDocument }) => {
    const { info } = await readDocument()
    return {
      uri: contractUri(name),
      name: `${name}/openapi.json`,
      title: info.title,
      ...(info.summary && { description: info.summary }),
      mimeType: 'application/json',
    }
  })
  return { resources: await Promise.all(resources) }
}

async function completeOperation(
  catalog: Catalog,
  start: string,
  variant: string | undefined,
): Promise<string[]> {
  const api = catalog.find(variant)
  if (!api) return []
  const ids = endpointsOf(await api.readDocument()).map(({ operation }) => operation.operationId ?? '')
  return startingWith(ids, start)
}

function startingWith(names: readonly string[], start: string): string[] {
  return names.filter((name) => name.toLowerCase().startsWith(start.toLowerCase()))
}

/** Decodes a part of a URI. A malformed one is the name of nothing. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** An unknown name in a URI is an unknown resource. */
async function contentsOf(uri: URL, mimeType: string, read: () => Promise<string>) {
  const text = await read().catch((error) => {
    throw error instanceof UserError && error.code === 'notFound'
      ? new ResourceNotFoundError(uri.href)
      : error
  })
  return { contents: [{ uri: uri.href, mimeType, text }] }
}
