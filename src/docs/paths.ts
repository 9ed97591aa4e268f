import type { GuideLanguage } from '../guides/guide.ts'
import type { Document } from '../openapi/document.ts'
import { findEndpoint } from '../openapi/operations.ts'
import { referenceAnchor } from '../openapi/reference-anchor.ts'

/**
 * Returns the URL of a page, as seen from another. Both are paths in the docs, such as
 * `<variant>/guides/sign-out/index.html`.
 */
export type PageUrl = (from: string, to: string) => string

/** The list of all APIs. */
export const indexPath = 'index.html'
/** The index of the docs for programs (llmstxt.org), and all their text in one file. */
export const llmsPath = 'llms.txt'
export const llmsFullPath = 'llms-full.txt'

export const referencePath = (variant: string, language = 'en') =>
  language === 'en' ? `${variant}/index.html` : `${variant}/${language}/index.html`
export const journeysPath = (variant: string) => `${variant}/journeys/index.html`
/** An `operationId` can contain any character. Those with a meaning in URLs are encoded with `~`. */
export const operationPath = (variant: string, operationId: string) =>
  `${variant}/operations/${encodeURIComponent(operationId).replaceAll('%', '~')}.md`
export const guidesPath = (variant: string, language: GuideLanguage) =>
  `${folderOf(variant, language)}/index.html`
export const guidePath = (variant: string, language: GuideLanguage, topic: string) =>
  `${folderOf(variant, language)}/${topic}/index.html`
export const guideTextPath = (variant: string, language: GuideLanguage, topic: string) =>
  `${folderOf(variant, language)}/${topic}.md`

const folderOf = (variant: string, language: GuideLanguage) =>
  language === 'en' ? `${variant}/guides` : `${variant}/${language}/guides`

/** Returns the URL of an operation in the reference. */
export function operationUrl(reference: string, document: Document, operationId: string): string {
  const { operation = { operationId } } = findEndpoint(document, operationId) ?? {}
  return reference + referenceAnchor(operation)
}
