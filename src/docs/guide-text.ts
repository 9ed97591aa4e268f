import { expandGuide, type Guide } from '../guides/index.ts'
import type { DocsContext } from './context.ts'
import { indexLine } from './markdown-text.ts'
import { guideTextPath, llmsPath, operationPath } from './paths.ts'

/** Writes the Markdown page of a guide, with code in place of its directives. */
export async function guideText({ variant, url, baseUrl }: DocsContext, guide: Guide): Promise<string> {
  const { topic, language, title, description } = guide
  const path = guideTextPath(variant, language, topic)
  const body = await expandGuide(guide, {
    baseUrl,
    linkTo: (target) =>
      target.kind === 'guide'
        ? url(path, guideTextPath(variant, target.language, target.topic)) + target.anchor
        : url(path, operationPath(variant, target.operationId)),
  })
  return `${indexLine(url(path, llmsPath), language)}\n\n# ${title}\n\n${description}\n\n${body}`
}
