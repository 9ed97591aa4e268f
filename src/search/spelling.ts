import { conceptWords, isKorean } from './tokens.ts'
import { englishStopWords, koreanStopWords, stem, withoutParticle } from './words.ts'

const koreanPhrases = conceptWords.korean.map((phrase) => ({
  size: phrase.length,
  letters: phrase.normalize('NFD'),
}))

/**
 * Returns a function that replaces misspelt words of a query by the words that they resemble: those of the
 * concepts first, then those of the documentation. Words of the documentation are never replaced.
 * @param vocabulary the words of the documentation, in their common form
 */
export function createSpelling(vocabulary: ReadonlySet<string>): (words: string[]) => string[] {
  const documented = [...vocabulary].filter((word) => word.length > 4 && !isKorean(word) && !/\d/.test(word))
  return (words) =>
    words.map((word) =>
      isKorean(word) ? correctKorean(word, vocabulary) : correctEnglish(word, vocabulary, documented),
    )
}

function correctEnglish(word: string, vocabulary: ReadonlySet<string>, documented: string[]): string {
  const form = stem(word)
  if (word.length < 4 || /\d/.test(word) || englishStopWords.has(form) || vocabulary.has(form)) return word
  if (conceptWords.english.includes(word)) return word
  const maxEdits = word.length < 8 ? 1 : 2
  return closest(word, conceptWords.english, maxEdits) ?? closest(word, documented, maxEdits) ?? word
}

/** Compares letters instead of syllables: 로그안 and 로그인 differ in one vowel. */
function correctKorean(word: string, vocabulary: ReadonlySet<string>): string {
  const noun = withoutParticle(word)
  if (noun.length < 2 || noun.length > 20 || koreanStopWords.test(noun) || vocabulary.has(noun)) return word
  if (conceptWords.koreanParts.has(noun)) return word
  if (conceptWords.korean.some((phrase) => noun.includes(phrase))) return word
  for (const size of [noun.length, noun.length - 1, noun.length - 2].filter((size) => size > 1)) {
    const candidates = koreanPhrases.filter((phrase) => phrase.size === size).map(({ letters }) => letters)
    for (let start = 0; start + size <= noun.length; start++) {
      const part = noun.slice(start, start + size)
      const letters = part.normalize('NFD')
      const match = closest(letters, candidates, letters.length < 9 ? 1 : 2)
      if (match) return noun.replace(part, match.normalize('NFC'))
    }
  }
  return word
}

/** Returns the candidate with the fewest edits, if there are few enough; the first letter wins a tie. */
function closest(word: string, candidates: string[], maxEdits: number): string | undefined {
  let best: { candidate: string; rank: number } | undefined
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > maxEdits || candidate.length < 4) continue
    const edits = editDistance(word, candidate)
    const rank = edits + (candidate[0] === word[0] ? 0 : 0.5)
    if (edits <= maxEdits && (!best || rank < best.rank)) best = { candidate, rank }
  }
  return best?.candidate
}

/** Counts insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1)
      row.push(edits)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
