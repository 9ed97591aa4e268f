import { type Concept, concepts } from './concepts.ts'
import { fillers, stem, withoutParticle } from './words.ts'

/** A text as the index sees it. Terms of concepts begin with `~`. */
export interface Tokens {
  concepts: string[]
  /** English words, in their common form. */
  english: string[]
  /** Korean words without particles. */
  korean: string[]
}

interface Phrase<Form> {
  form: Form
  concept: Concept
}

/** English phrases by their first word, longest first. */
const englishPhrases = new Map<string, Phrase<string[]>[]>()
/** Korean phrases without spaces by their first syllable, longest first. */
const koreanPhrases = new Map<string, Phrase<string>[]>()

function group<Form extends string | string[]>(phrases: Map<string, Phrase<Form>[]>, phrase: Phrase<Form>) {
  const first = phrase.form[0] ?? ''
  const list = [...(phrases.get(first) ?? []), phrase]
  phrases.set(
    first,
    list.sort((a, b) => b.form.length - a.form.length),
  )
}

/** Joins words without their particles. The last one may be the beginning of a word. */
function joinKorean(words: string[]): string {
  return [...words.slice(0, -1).map(withoutParticle), words.at(-1)].join('')
}

for (const [name, { en, ko }] of Object.entries(concepts)) {
  const concept = name as Concept
  for (const phrase of en.split('|')) group(englishPhrases, { form: phrase.split(' '), concept })
  for (const phrase of ko.split('|')) group(koreanPhrases, { form: joinKorean(phrase.split(' ')), concept })
}

/** The words of the concepts, in both languages without spaces: possible meanings of a misspelt word. */
export const conceptWords = {
  english: [...new Set([...englishPhrases.values()].flatMap((list) => list.flatMap(({ form }) => form)))],
  korean: [...koreanPhrases.values()].flatMap((list) => list.map(({ form }) => form)),
  /** The single words of Korean phrases, which are spelt right. */
  koreanParts: new Set(
    Object.values(concepts).flatMap(({ ko }) => ko.split(/[| ]/).map((word) => withoutParticle(word))),
  ),
}

/** Splits a text into lower-case English and Korean words. Names such as `signIn` become two words. */
export function splitWords(text: string): string[] {
  return (
    text
      .normalize('NFC')
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/[가-힣]+|[a-z\d\u00df-\u024f]+/g) ?? []
  )
}

/** Tells whether a word is written in Hangul. A word never mixes scripts. */
export function isKorean(word: string): boolean {
  return word >= '가' && word <= '힣'
}

/** Returns the term of a concept in the index. */
export const toTerm = (concept: Concept): string => `~${concept}`

/** Finds the concepts and the remaining words of a text. */
export function tokenize(text: string): Tokens {
  const words = splitWords(text)
  const english = words.filter((word) => !isKorean(word))
  return {
    concepts: [...englishConcepts(english), ...koreanConcepts(words)].map(toTerm),
    english: english.map(stem),
    korean: words.filter(isKorean).map(withoutParticle),
  }
}

function englishConcepts(all: string[]): Concept[] {
  const words = joinSeparated(all.filter((word) => !fillers.has(word)))
  const infinitives = words.map((word, at) => (isParticle(words[at + 1] ?? '') ? infinitiveOf(word) : word))
  const found: Concept[] = []
  for (let at = 0; at < words.length; ) {
    const match = englishPhraseAt(words, at) ?? englishPhraseAt(infinitives, at)
    if (match) found.push(match.concept)
    at += match?.form.length ?? 1
  }
  return found
}

function englishPhraseAt(words: string[], at: number): Phrase<string[]> | undefined {
  return englishPhrases
    .get(words[at] ?? '')
    ?.find(({ form }) => form.every((word, offset) => words[at + offset] === word))
}

/** Joins a verb and its particle: "log someone out" becomes "log out someone". */
function joinSeparated(words: string[]): string[] {
  return words.flatMap((word, at) => {
    const [before = '', after = ''] = [words[at - 1], words[at + 1]]
    if (isParticle(word) && isSeparable(words[at - 2] ?? '') && !isParticle(before)) return []
    return isSeparable(word) && !isParticle(after) && isParticle(words[at + 2] ?? '')
      ? [word, words[at + 2] ?? '']
      : [word]
  })
}

const separable = /^(log|sign|kick|lock|boot|throw)(?:s|ged|ging|ed|ing|n)?$/
const isSeparable = (word: string) => separable.test(word)
const infinitiveOf = (word: string) => separable.exec(word)?.[1] ?? word
const isParticle = (word: string) => /^(?:in|out|up)$/.test(word)

/** Finds phrases in the text without spaces, so that "비밀번호재설정" and "비밀번호를 재설정" both match. */
function koreanConcepts(words: string[]): Concept[] {
  if (!words.some(isKorean)) return []
  const text = words.map((word) => (isKorean(word) ? withoutParticle(word) : word)).join('')
  const found: Concept[] = []
  for (let at = 0; at < text.length; ) {
    const match = koreanPhrases.get(text.charAt(at))?.find(({ form }) => text.startsWith(form, at))
    if (match) found.push(match.concept)
    at += match?.form.length ?? 1
  }
  return found
}

/** Returns the pairs of neighbouring syllables of a Korean word; a single syllable stands for itself. */
export function syllablePairs(word: string): string[] {
  if (word.length < 2) return [word]
  const pairs: string[] = []
  for (let at = 0; at + 2 <= word.length; at++) pairs.push(word.slice(at, at + 2))
  return pairs
}
