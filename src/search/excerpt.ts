import { tokenize } from './tokens.ts'

const maxExcerptLength = 280

/** Returns the sentences of a text around the one that has most terms of the query. */
export function excerptOf(text: string, terms: ReadonlySet<string>): string {
  const sentences = text.split(/\n|(?<=[.!?다요])\s+(?=\p{Lu}|\p{Script=Hangul}|\d)/u).filter(Boolean)
  const hits = sentences.map((sentence) => {
    const { concepts, english, korean } = tokenize(sentence)
    return new Set([...concepts, ...english, ...korean].filter((term) => terms.has(term))).size
  })
  const best = hits.indexOf(Math.max(...hits, 0))
  let excerpt = sentences[best] ?? ''
  for (const sentence of sentences.slice(best + 1)) {
    if (excerpt.length + sentence.length >= maxExcerptLength) break
    excerpt += ` ${sentence}`
  }
  return excerpt.length > maxExcerptLength
    ? `${excerpt.slice(0, maxExcerptLength).replace(/\s+\S*$/, '')} …`
    : excerpt
}
