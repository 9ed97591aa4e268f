import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import type { Document } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { guidedNames } from '../support/served.ts'
import {
  type ExpectedResult,
  everydayQuestions,
  type Question,
  questions,
  questionTypes,
  seedSentences,
} from './questions.ts'

/** The topics of the guides of an API. */
const topicsOf = (variant: VariantName): string[] =>
  readdirSync(join(import.meta.dirname, '../../openapi', variant, 'guides')).flatMap(
    (file) => /^(.+)\.en\.md$/.exec(file)?.slice(1) ?? [],
  )

const documents = Object.fromEntries(
  guidedNames.map((variant) => [variant, JSON.parse(readFileSync(contractUrl(variant), 'utf8'))]),
) as Record<VariantName, Document>

const allQuestions = [...questions, ...everydayQuestions]
const apiOf = ({ variant, answeredBy }: Question) => variant ?? answeredBy
const countBy = (key: (question: Question) => string | undefined) =>
  Object.fromEntries(
    [...Map.groupBy(questions, key)].map(([value, group]) => [value ?? 'none', group.length]),
  )

describe('the list of questions for documentation search', () => {
  it('has at least 100 questions, half of them in Korean, with a fair share for each API and type', () => {
    expect(questions.length).toBeGreaterThanOrEqual(100)
    const languages = countBy(({ language }) => language)
    for (const language of ['en', 'ko'])
      expect(languages[language]).toBeGreaterThanOrEqual(0.45 * questions.length)
    const variants = countBy(({ variant }) => variant)
    for (const variant of guidedNames)
      expect(variants[variant]).toBeGreaterThanOrEqual((0.8 / guidedNames.length) * questions.length)
    const types = countBy(({ type }) => type)
    for (const type of questionTypes) expect(types[type]).toBeGreaterThanOrEqual(10)
    expect(Object.keys(types)).toHaveLength(questionTypes.length)
  })

  it('repeats no question and no request of the vendor', () => {
    const texts = [
      ...allQuestions.map(({ question }) => question),
      ...seedSentences.map((seed) => seed.sentence),
    ]
    const normalized = texts.map((text) => text.toLowerCase().replace(/[\s.?!]/g, ''))
    expect(normalized.filter((text, index) => normalized.indexOf(text) !== index)).toEqual([])
  })

  it('declares the language that each question is written in', () => {
    const wrong = allQuestions.filter(({ question, language, type }) => {
      const isKorean = /\p{Script=Hangul}/u.test(question)
      // A pasted error is English in both languages.
      return language === 'ko' ? !isKorean && type !== 'error-text' : isKorean
    })
    expect(wrong).toEqual([])
  })

  it('names an API either as the one to search or in the question', () => {
    const wrong = allQuestions.filter(({ variant, answeredBy, question }) =>
      variant ? answeredBy !== undefined : !answeredBy || !question.includes(answeredBy),
    )
    expect(wrong).toEqual([])
  })

  it('expects only guides, operations and errors that the API has', () => {
    const unknown = allQuestions.flatMap((question) => {
      const variant = apiOf(question)
      if (!variant || question.expected.length === 0) return [question.question]
      return question.expected
        .filter((result) => !exists(variant, result))
        .map((result) => `${question.question}: ${JSON.stringify(result)}`)
    })
    expect(unknown).toEqual([])
  })

  it('has the four requests of the vendor in each language, with the same guides', () => {
    const guides = (wanted: string) =>
      seedSentences
        .filter(({ language }) => language === wanted)
        .map(({ guide, variants }) => ({ guide, variants }))
    expect(guides('en').map(({ guide }) => guide)).toEqual([
      'email-sign-in',
      'social-login',
      'token-refresh',
      'email-sign-in',
    ])
    expect(guides('ko')).toEqual(guides('en'))
    for (const { guide, variants } of seedSentences)
      for (const variant of variants) expect(topicsOf(variant)).toContain(guide)
  })
})

function exists(variant: VariantName, result: ExpectedResult): boolean {
  const document = documents[variant]
  if ('guide' in result) return topicsOf(variant).includes(result.guide)
  if ('operation' in result)
    return endpointsOf(document).some(({ operation }) => operation.operationId === result.operation)
  // The description of each contract has a table of all its errors.
  return document.info.description?.includes(`\`${result.error}\``) ?? false
}
