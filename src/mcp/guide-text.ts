import { expandGuide, type Guide } from '../guides/index.ts'
import { type McpContext, sandboxUrl } from './context.ts'
import { guideUri, operationUri } from './uris.ts'

/** Writes a guide with its code as Markdown. Links lead to the resources of this server. */
export async function guideText(guide: Guide, context: McpContext): Promise<string> {
  const { variant, title, description } = guide
  const body = await expandGuide(guide, {
    baseUrl: sandboxUrl(context, variant),
    linkTo: (target) =>
      target.kind === 'guide' ? guideUri({ variant, ...target }) : operationUri(variant, target.operationId),
  })
  return `# ${title}\n\n${description}\n\n${body}`
}
