import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { VariantName } from '../../generated/index.ts'

export type Language = 'en' | 'ko'

/** An acceptable result: a guide by its topic, an operation by its id, or an error by its code or text. */
export type ExpectedResult = { guide: string } | { operation: string } | { error: string }

/** A question that must find one of its expected results among the first three. */
export interface Question {
  question: string
  language: Language
  /** The API to search. Absent in a question that names the API in its text. */
  variant?: VariantName
  /** The API that the results must belong to, for a question that is searched in all APIs. */
  answeredBy?: VariantName
  type: (typeof questionTypes)[number]
  expected: ExpectedResult[]
}

/** A request from the vendor's documentation, whose guide must come first in each of the variants. */
export interface SeedSentence {
  sentence: string
  language: Language
  variants: VariantName[]
  guide: string
}

export const questionTypes = ['plain', 'colloquial', 'misspelt', 'error-text', 'symptom', 'mixed'] as const

export const {
  questions,
  everydayQuestions,
  seedSentences,
}: Record<'questions' | 'everydayQuestions', Question[]> & { seedSentences: SeedSentence[] } = parse(
  readFileSync(join(import.meta.dirname, 'questions.yaml'), 'utf8'),
)
