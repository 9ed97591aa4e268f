import type { VariantName } from '../../generated/index.ts'

/** The topics of guides, in the order in which readers need them. */
export const topics = [
  'email-sign-in',
  'email-verification',
  'social-login',
  'token-refresh',
  'sign-out',
  'passwords',
  'profile',
  'guests',
  'passkeys',
  'api-keys',
  'organizations',
  'errors',
] as const
export type Topic = (typeof topics)[number]

export const guideLanguages = ['en', 'ko'] as const
export type GuideLanguage = (typeof guideLanguages)[number]

/** Returns the language of the guides for readers of a language. */
export const toGuideLanguage = (language: string): GuideLanguage =>
  guideLanguages.find((each) => each === language) ?? 'en'

/** A guide as its author wrote it. */
export interface Guide {
  variant: VariantName
  topic: Topic
  language: GuideLanguage
  title: string
  /** One sentence for lists and search results. */
  description: string
  /** The ids of the operations that the guide is about. */
  operations: string[]
  /** Markdown with directives in place of code. */
  body: string
  /** The position of the body, for messages: the path in the repository, and the number of its first line. */
  source: { file: string; line: number }
}
