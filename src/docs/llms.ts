import { guideLanguages } from '../guides/guide.ts'
import { endpointsOf } from '../openapi/operations.ts'
import type { DocsContext } from './context.ts'
import { guideText } from './guide-text.ts'
import { operationText } from './operation-text.ts'
import { guideTextPath, llmsFullPath, llmsPath, operationPath } from './paths.ts'
import { languageName } from './texts/index.ts'

const aboutBuiltIn = `# auth-contracts

> Four authentication APIs as OpenAPI contracts, with guides in English and Korean, a mock, a sandbox in which sign-in works, typed clients and contract tests. Each API is independent: pick one, and read only its sections.
`

const aboutContracts = `# auth-contracts

> The operations of APIs, from their OpenAPI contracts. Each API is independent: pick one, and read only its sections.
`

/** All APIs of this package have guides, and contracts of users have none. */
const aboutOf = (contexts: DocsContext[]): string =>
  contexts.some(({ guides }) => guides.length > 0) ? aboutBuiltIn : aboutContracts

/** Writes the index of the docs for programs, in the format of llmstxt.org. */
export function llmsText(contexts: DocsContext[]): string {
  const sections = contexts.flatMap((context) => [
    ...guideLanguages.flatMap((language) => guideSection(context, language)),
    operationSection(context),
  ])
  const [{ url }] = contexts as [DocsContext]
  const more = `## Optional\n\n- [All text in one file](${url(llmsPath, llmsFullPath)}): every guide and operation of every API\n`
  return [aboutOf(contexts), ...sections, more].join('\n')
}

function guideSection(
  { variant, document, guides, url }: DocsContext,
  language: (typeof guideLanguages)[number],
): string[] {
  const links = guides
    .filter((guide) => guide.language === language)
    .map(
      ({ topic, title, description }) =>
        `- [${title}](${url(llmsPath, guideTextPath(variant, language, topic))}): ${description}\n`,
    )
  if (links.length === 0) return []
  return [`## ${document.info.title}: guides (${languageName(language)})\n\n${links.join('')}`]
}

function operationSection({ variant, document, url }: DocsContext): string {
  const links = endpointsOf(document).map(({ method, path, operation: { operationId = '', summary } }) => {
    const page = url(llmsPath, operationPath(variant, operationId))
    const text = [summary, `${method.toUpperCase()} ${path}`].filter(Boolean).join(', ')
    return `- [${operationId}](${page}): ${text}\n`
  })
  return `## ${document.info.title}: operations\n\n${links.join('')}`
}

/** Writes all guides and operations into one text. */
export async function llmsFullText(contexts: DocsContext[]): Promise<string> {
  const texts = await Promise.all(
    contexts.map(async ({ url, ...others }) => {
      const context: DocsContext = { ...others, url: (_, to) => url(llmsFullPath, to) }
      const { document, guides } = context
      const { title, summary = '', description = '' } = document.info
      const pages = [
        ...guides.map((guide) => guideText(context, guide)),
        ...endpointsOf(document).map((endpoint) => operationText(context, endpoint)),
      ]
      return [
        `# ${title}\n\n${summary}\n\n${description.trim()}\n`,
        ...(await Promise.all(pages)).map(withoutIndex),
      ]
    }),
  )
  return [aboutOf(contexts), ...texts.flat()].join('\n---\n\n')
}

/** Drops the line that names the index, and the blank line after it. */
const withoutIndex = (page: string): string => page.slice(page.indexOf('\n\n') + 2)
