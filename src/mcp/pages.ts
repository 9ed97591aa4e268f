import type { Api } from '../catalog/api.ts'
import { type DocsContext, readContext } from '../docs/context.ts'
import { guideText } from '../docs/guide-text.ts'
import { operationText } from '../docs/operation-text.ts'
import type { Guide } from '../guides/index.ts'
import type { Endpoint } from '../openapi/operations.ts'
import { type McpContext, serverUrl } from './context.ts'
import { uriOfPage } from './uris.ts'

/** Writes a guide with its code as Markdown. Links lead to the resources of this server. */
export async function guidePage(api: Api, guide: Guide, context: McpContext): Promise<string> {
  return guideText(await docsContext(api, context), guide)
}

/** Writes all that a contract says about an operation as Markdown, with code. */
export async function operationPage(api: Api, endpoint: Endpoint, context: McpContext): Promise<string> {
  return operationText(await docsContext(api, context), endpoint)
}

function docsContext(api: Api, context: McpContext): Promise<DocsContext> {
  return readContext(api, {
    url: (_from, to) => uriOfPage(to) ?? `${context.origin}/${to}`,
    baseUrl: () => serverUrl(context, api),
  })
}
