import { describe, expect, it } from 'vitest'
import { builtInCatalog } from '../../src/catalog/built-in.ts'
import { loadSearch, type SearchResult } from '../../src/search/index.ts'
import {
  type ExpectedResult,
  everydayQuestions,
  type Question,
  questions,
  questionTypes,
  seedSentences,
} from './questions.ts'

const { searchDocs } = await loadSearch(builtInCatalog())

const matches = (result: SearchResult, expected: ExpectedResult) => {
  if ('guide' in expected) return result.topic === expected.guide
  if ('operation' in expected)
    return result.kind === 'operation' && result.operations[0] === expected.operation
  return result.kind === 'error' && result.title === expected.error
}

/** Returns the rank of the first expected result, from 1, or undefined. */
function rankOf({ question, variant, answeredBy, expected }: Question): number | undefined {
  const results = searchDocs(question, variant ? { variant } : {})
  const rank = results.findIndex(
    (result) =>
      (!answeredBy || result.variant === answeredBy) && expected.some((wanted) => matches(result, wanted)),
  )
  return rank < 0 ? undefined : rank + 1
}

const isFound = ({ rank }: { rank: number | undefined }) => rank !== undefined && rank <= 3
const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`

describe('the score of documentation search', () => {
  it.each([
    { name: 'questions', list: questions },
    { name: 'everyday questions', list: everydayQuestions },
  ])('finds an expected result among the first three for at least 95 % of the $name', ({ name, list }) => {
    const ranked = list.map((question) => ({ ...question, rank: rankOf(question) }))
    const found = ranked.filter(isFound)
    const first = ranked.filter(({ rank }) => rank === 1)
    const byType = questionTypes.flatMap((type) => {
      const group = ranked.filter((question) => question.type === type)
      return group.length > 0 ? `${type} ${group.filter(isFound).length}/${group.length}` : []
    })
    const missed = ranked
      .filter((question) => !isFound(question))
      .map(({ question, variant, rank }) => `  ${variant ?? 'all'}: ${question} (rank ${rank ?? 'none'})`)
    console.log(
      [
        `search_docs: ${found.length} of ${ranked.length} ${name} right in the first three (${percent(found.length, ranked.length)}),`,
        `first: ${percent(first.length, ranked.length)}. ${byType.join(', ')}.`,
        ...missed,
      ].join('\n'),
    )
    expect(found.length / ranked.length).toBeGreaterThanOrEqual(0.95)
  })

  it('finds the section about the avatar for a change of the profile picture', () => {
    const sections = ['change profile pic', '프사 바꾸기'].map(
      (query) => searchDocs(query, { variant: 'bkend' })[0]?.section,
    )
    expect(sections).toEqual(['Upload an avatar', '프로필 이미지 업로드'])
  })

  it.each(
    seedSentences.flatMap(({ variants, ...seed }) => variants.map((variant) => ({ ...seed, variant }))),
  )('puts the guide first in $variant: $sentence', ({ sentence, variant, guide, language }) => {
    expect(searchDocs(sentence, { variant })[0]).toMatchObject({ topic: guide, language })
  })
})
