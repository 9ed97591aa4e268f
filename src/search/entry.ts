import type { VariantName } from '../../generated/index.ts'
import type { controls } from '../common/controls.ts'
import type { Operation } from '../openapi/document.ts'

export type EntryKind = 'guide' | 'operation' | 'schema' | 'error'
export type Language = 'en' | 'ko'

/** An API, or the development controls of sandboxes. */
export type Subject = VariantName | typeof controls

/** A part of the documentation that a search can return: a section of a guide, or an item of a contract. */
export interface Entry {
  kind: EntryKind
  variant: Subject
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
export function referenceLink(variant: Subject, language: Language): string {
  return `/docs/${variant}/${language === 'en' ? '' : `${language}/`}`
}

/** Returns the path of an operation in the rendered reference, whose anchors consist of tag and id. */
export function operationLink(
  variant: Subject,
  language: Language,
  { operationId = '', tags = [] }: Operation,
): string {
  return `${referenceLink(variant, language)}#/${tags[0] ?? ''}/${operationId.toLowerCase()}`
}
