import type { Operation } from '../openapi/document.ts'
import { referenceAnchor } from '../openapi/reference-anchor.ts'

export type EntryKind = 'guide' | 'operation' | 'schema' | 'error'
export type Language = 'en' | 'ko'

/** A part of the documentation that a search can return: a section of a guide, or an item of a contract. */
export interface Entry {
  kind: EntryKind
  /** The name of an API, or `controls` for the development controls of sandboxes. */
  variant: string
  language: Language
  /** The file name of a guide without language and extension. */
  topic?: string
  title: string
  /** The heading in a guide; empty in contracts and before the first heading. */
  section: string
  description: string
  /** Plain text. */
  text: string
  /** The ids of the operations concerned. */
  operations: string[]
  /** Identifiers and error texts. A query that contains one of them asks for this entry. */
  names: string[]
  /** The path of the page in the docs. */
  link: string
}

/** Returns the path of the rendered reference of an API. */
export function referenceLink(variant: string, language: Language): string {
  return `/docs/${variant}/${language === 'en' ? '' : `${language}/`}`
}

/** Returns the path of an operation in the rendered reference. */
export function operationLink(variant: string, language: Language, operation: Operation): string {
  return referenceLink(variant, language) + referenceAnchor(operation)
}
