import { type McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server'
import { variantNames } from '../../generated/index.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import { guideLanguages, topics } from '../guides/guide.ts'
import { listGuides } from '../guides/index.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { findGuide, findOperation, findVariant, type McpContext, readContract } from './context.ts'
import { guidePage, operationPage } from './pages.ts'
import { contractUri, guideUri, operationUri, uriTemplates } from './uris.ts'

/** Adds guides, operations and contracts as resources. */
export function addResources(server: McpServer, context: McpContext): void {
  server.registerResource(
    'guide',
    new ResourceTemplate(uriTemplates.guide, {
      list: listGuideResources,
      complete: {
        variant: (start) => startingWith(variantNames, start),
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
        return guidePage(await findGuide(findVariant(String(variant)), String(topic), found), context)
      }),
  )
  server.registerResource(
    'operation',
    new ResourceTemplate(uriTemplates.operation, {
      list: listOperationResources,
      complete: { variant: (start) => startingWith(variantNames, start), operationId: completeOperation },
    }),
    { title: 'Operation', description: 'All details of an operation.', mimeType: 'text/markdown' },
    (uri, { variant, operationId }) =>
      contentsOf(uri, 'text/markdown', async () => {
        const name = findVariant(String(variant))
        const document = await readContract(name)
        return operationPage(name, findOperation(document, String(operationId)), context)
      }),
  )
  server.registerResource(
    'contract',
    new ResourceTemplate(uriTemplates.contract, {
      list: listContractResources,
      complete: { variant: (start) => startingWith(variantNames, start) },
    }),
    { title: 'Contract', description: 'The OpenAPI 3.1 document of an API.', mimeType: 'application/json' },
    (uri, { variant }) =>
      contentsOf(uri, 'application/json', async () =>
        JSON.stringify(await readContract(findVariant(String(variant)))),
      ),
  )
}

async function listGuideResources() {
  const guides = (await Promise.all(variantNames.map(listGuides))).flat()
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

async function listOperationResources() {
  const lists = await Promise.all(
    variantNames.map(async (variant) =>
      endpointsOf(await readContract(variant)).map(({ operation: { operationId = '', summary = '' } }) => ({
        uri: operationUri(variant, operationId),
        name: `${variant}/${operationId}`,
        title: `${summary} (${variant})`,
        mimeType: 'text/markdown',
      })),
    ),
  )
  return { resources: lists.flat() }
}

async function listContractResources() {
  const resources = variantNames.map(async (variant) => {
    const { info } = await readContract(variant)
    return {
      uri: contractUri(variant),
      name: `${variant}/openapi.json`,
      title: info.title,
      ...(info.summary && { description: info.summary }),
      mimeType: 'application/json',
    }
  })
  return { resources: await Promise.all(resources) }
}

async function completeOperation(
  start: string,
  { arguments: values = {} }: { arguments?: Record<string, string> } = {},
): Promise<string[]> {
  const variant = variantNames.find((name) => name === values.variant)
  if (!variant) return []
  const ids = endpointsOf(await readContract(variant)).map(({ operation }) => operation.operationId ?? '')
  return startingWith(ids, start)
}

function startingWith(names: readonly string[], start: string): string[] {
  return names.filter((name) => name.toLowerCase().startsWith(start.toLowerCase()))
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
