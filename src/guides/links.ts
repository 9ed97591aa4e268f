import { type GuideLanguage, guideLanguages } from './guide.ts'

/** The target of a link in a guide: another guide, or an operation of the contract. */
export type LinkTarget =
  | { kind: 'guide'; topic: string; language: GuideLanguage; anchor: string }
  | { kind: 'operation'; operationId: string }

/**
 * Parses the target of a link such as `token-refresh.en.md#reuse` or `operation:signIn`.
 * @returns undefined for any other link
 */
export function parseLink(link: string): LinkTarget | undefined {
  const [, operationId] = /^operation:(\w+)$/.exec(link) ?? []
  if (operationId) return { kind: 'operation', operationId }
  const [, topic, extension, anchor = ''] = /^([\w-]+)\.(\w+)\.md(#.+)?$/.exec(link) ?? []
  const language = guideLanguages.find((each) => each === extension)
  return topic && language ? { kind: 'guide', topic, language, anchor } : undefined
}

/** Replaces the links of a Markdown text that lead to guides and operations. */
export function replaceLinks(markdown: string, linkTo: (target: LinkTarget) => string): string {
  return markdown.replace(/\]\(([^()\s]+)\)/g, (whole, link: string) => {
    const target = parseLink(link)
    return target ? `](${linkTo(target)})` : whole
  })
}
