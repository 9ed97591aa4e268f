import type { VariantName } from '../../generated/index.ts'
import type { Api } from '../catalog/api.ts'
import { builtInCatalog } from '../catalog/built-in.ts'
import { guideText } from '../docs/guide-text.ts'
import { operationText } from '../docs/operation-text.ts'
import type { Guide } from '../guides/index.ts'
import type { Endpoint } from '../openapi/operations.ts'
import { type McpContext, readContract, readFlows, sandboxUrl } from './context.ts'
import { uriOfPage } from './uris.ts'

/** Writes a guide with its code as Markdown. Links lead to the resources of this server. */
export async function guidePage(guide: Guide, context: McpContext): Promise<string> {
  return guideText(await docsContext(guide.variant, context), guide)
}

/** Writes all that a contract says about an operation as Markdown, with code. */
export async function operationPage(
  variant: VariantName,
  endpoint: Endpoint,
  context: McpContext,
): Promise<string> {
  return operationText(await docsContext(variant, context), endpoint)
}

async function docsContext(variant: VariantName, context: McpContext) {
  return {
    api: builtInCatalog().find(variant) as Api,
    variant,
    document: await readContract(variant),
    flows: await readFlows(variant),
    titles: {},
    guides: [],
    url: (_from: string, to: string) => uriOfPage(to) ?? `${context.origin}/${to}`,
    baseUrl: sandboxUrl(context, variant),
  }
}
