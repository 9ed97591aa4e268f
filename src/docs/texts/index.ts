import { english } from './english.ts'
import { korean } from './korean.ts'

/** The texts of a reference page that are not from the contract. */
export interface PageTexts {
  allApis: string
  reference: string
  guides: string
  journeys: string
  changelog: string
  postman: string
  bruno: string
  /** The link from an operation to the console. */
  tryIt: string
  /** The names for screen readers: of the links on top, of the menu, and of buttons that open examples. */
  accessibleNames: { links: string; menu: string; example: string }
  /** The descriptions of the servers in the hub. */
  servers: { mock: string; sandbox: string }
  /** The lines of the section about the mock, in Markdown, with a declared error if there is one. */
  mockSection: (values: { mock: string; status?: string; example?: string }) => string[]
  /** The labels of Redoc by its translation keys. Redoc has its English ones. */
  redoc: Record<string, string>
}

/** Returns the name of a language in that language, for example `한국어`. */
export function languageName(language: string): string {
  return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language
}

/** Returns the texts of pages in a language. English for a language in which only contracts exist. */
export function pageTexts(language: string): PageTexts {
  return language === 'ko' ? korean : english
}
