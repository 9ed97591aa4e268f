import MiniSearch from 'minisearch'
import { createApiNames } from './api-names.ts'
import type { Concept } from './concepts.ts'
import type { Entry, EntryKind, Language } from './entry.ts'
import { excerptOf } from './excerpt.ts'
import { createMissingFeatures, type MissingFeature } from './missing.ts'
import { createNameIndex } from './names.ts'
import { createSpelling } from './spelling.ts'
import { isKorean, splitWords, syllablePairs, type Tokens, tokenize, toTerm } from './tokens.ts'
import { englishStopWords, koreanStopWords, stem } from './words.ts'

export interface SearchOptions {
  /** Finds only entries of the API of this name. */
  variant?: string
  /** Finds only guides in this language, and contracts in this language where they are translated. */
  language?: Language
  /** The maximum number of results; 10 by default. */
  limit?: number
}

export interface SearchResult
  extends Pick<
    Entry,
    'kind' | 'variant' | 'language' | 'topic' | 'title' | 'section' | 'operations' | 'link'
  > {
  /** Plain text around the hit. */
  excerpt: string
  score: number
}

export interface Search {
  searchDocs: (query: string, options?: SearchOptions) => SearchResult[]
  /** Finds the features that a query asks for and that the API of the option, or of the query, lacks. */
  findMissing: (query: string, options?: Omit<SearchOptions, 'limit'>) => MissingFeature[]
}

/** A request in natural language asks for a guide; a name or an error text asks for an item of a contract. */
const kindWeight: Record<EntryKind, number> = { guide: 1, operation: 0.5, error: 0.3, schema: 0.2 }
const exactMatch: Record<EntryKind, number> = { guide: 3, operation: 6, error: 20, schema: 10 }
const otherLanguageWeight = 0.4
const namedVariantWeight = 4

/** The number of entries to index before other work, such as requests to the hub, has its turn. */
const chunkSize = 50

/** Builds the index and returns the functions that search it. */
export async function createSearch(entries: Entry[]): Promise<Search> {
  const names = [...new Set(entries.map(({ variant }) => variant))]
  const findApis = createApiNames(names)
  const vocabulary = new Set(names.flatMap(splitWords).map(stem))
  const index = new MiniSearch<{ id: number; entry: Entry }>({
    fields: ['title', 'section', 'description', 'operations', 'text'],
    extractField: ({ id, entry }, field) => (field === 'id' ? id : fieldOf(entry, field)),
    tokenize: (text) => {
      const tokens = tokenize(text)
      for (const word of [...tokens.english, ...tokens.korean]) vocabulary.add(word)
      return termsOf(tokens)
    },
    processTerm: (term) => term,
  })
  await index.addAllAsync(
    entries.map((entry, id) => ({ id, entry })),
    { chunkSize },
  )
  const correctSpelling = createSpelling(vocabulary)
  const findNames = createNameIndex(entries)
  const missingFeatures = createMissingFeatures(entries, apisMentioning)

  /** Returns the APIs with an entry that has all the concepts. */
  function apisMentioning(concepts: readonly Concept[]): ReadonlySet<string> {
    const hits = index.search(concepts.join(' '), {
      tokenize: () => concepts.map(toTerm),
      combineWith: 'AND',
    })
    return new Set(hits.map(({ id }) => (entries[id] as Entry).variant))
  }

  return {
    searchDocs(query, { variant, language, limit = 10 } = {}) {
      const words = correctSpelling(splitWords(query))
      const tokens = withoutStopWords(withSymptoms(tokenize(words.join(' '))))
      const preferred = language ?? languageOf(query)
      const named = findNames(query)
      const apis = findApis(words)
      const weightOf = (id: number) => {
        const entry = entries[id] as Entry
        return (
          kindWeight[entry.kind] *
          (named.has(id) ? exactMatch[entry.kind] : 1) *
          (isTranslation(entry) && entry.language !== preferred ? otherLanguageWeight : 1) *
          (apis.has(entry.variant) ? namedVariantWeight : 1)
        )
      }
      const hits = index.search(query, {
        tokenize: () => termsOf(tokens),
        boost: { title: 4, section: 3, description: 2, operations: 1.5 },
        boostTerm: (term) => (isAction(term) ? 1 : isConcept(term) ? 3 : isKorean(term) ? 0.4 : 1),
        prefix: (term) => !isConcept(term) && !isKorean(term) && term.length > 3,
        boostDocument: weightOf,
        filter: ({ id }) => {
          const entry = entries[id] as Entry
          const isOtherLanguage = language && isTranslation(entry) && entry.language !== language
          return (!variant || entry.variant === variant) && !isOtherLanguage
        },
      })
      const terms = new Set([...tokens.concepts, ...tokens.english, ...tokens.korean])
      return oneOfEach(
        hits.map(({ id, score }) => ({ entry: entries[id] as Entry, score })),
        preferred,
      )
        .slice(0, limit)
        .map(({ entry, score }) => toResult(entry, score, terms))
    },

    findMissing(query, { variant, language } = {}) {
      const words = correctSpelling(splitWords(query))
      const [named, ...others] = findApis(words)
      const asked = variant ?? (others.length === 0 ? named : undefined)
      const isName = [...findNames(query)].some((id) => entries[id]?.variant === asked)
      if (!asked || isName) return []
      const { concepts } = tokenize(words.join(' '))
      return missingFeatures(new Set(concepts), asked, language ?? languageOf(query))
    },
  }
}

const languageOf = (query: string): Language => (/[가-힣]/.test(query) ? 'ko' : 'en')

function fieldOf(entry: Entry, field: string): string {
  if (field === 'operations') return entry.operations.join(' ')
  if (field === 'title') return `${entry.title} ${entry.topic?.replaceAll('-', ' ') ?? ''}`
  if (field === 'text') return `${entry.text} ${entry.names.join(' ')}`
  return String(entry[field as keyof Entry] ?? '')
}

/** Actions say less about a topic than the things that they change. */
const isAction = (term: string) => ['~change', '~delete', '~list', '~upload'].includes(term)
const isActionWord = (word: string) => tokenize(word).concepts.some(isAction)
const isConcept = (term: string) => term.startsWith('~')

function termsOf({ concepts, english, korean }: Tokens): string[] {
  return [...concepts, ...english, ...korean.flatMap(syllablePairs)]
}

/** Users who have to sign in again and again have sessions that expire. */
function withSymptoms({ concepts, ...tokens }: Tokens): Tokens {
  const others = concepts.filter((concept) => concept !== '~recurrence')
  const isRecurring = others.length < concepts.length
  const isExpiry = isRecurring && (others.includes('~signOut') || others.includes('~signIn'))
  return { ...tokens, concepts: isExpiry ? [...others, '~refresh', '~expire'] : others }
}

/** Removes words without a topic, unless nothing else would be left. */
function withoutStopWords(tokens: Tokens): Tokens {
  const hasThing = tokens.concepts.some((concept) => !isAction(concept))
  const english = tokens.english.filter(
    (word) => !englishStopWords.has(word) && !(hasThing && isActionWord(word)),
  )
  const korean = tokens.korean.filter((word) => !koreanStopWords.test(word))
  const isEmpty = tokens.concepts.length + english.length + korean.length === 0
  return isEmpty ? tokens : { concepts: [...new Set(tokens.concepts)], english, korean }
}

/** All guides exist in both languages. The English text of a contract stands in for a missing translation. */
const isTranslation = ({ kind, language }: Entry) => kind === 'guide' || language !== 'en'

/** A guide appears once, with its best section, and an item of a contract once, in the preferred language. */
function oneOfEach<Hit extends { entry: Entry }>(hits: Hit[], preferred: Language): Hit[] {
  const chosen = new Map<string, Hit>()
  for (const hit of hits) {
    const { kind, variant, topic, language, names } = hit.entry
    const key = kind === 'guide' ? `${variant} ${topic} ${language}` : `${kind} ${variant} ${names[0]}`
    const isBetter = kind !== 'guide' && language === preferred
    if (!chosen.has(key) || isBetter) chosen.set(key, hit)
  }
  return [...chosen.values()]
}

function toResult(entry: Entry, score: number, terms: ReadonlySet<string>): SearchResult {
  const { kind, variant, language, topic, title, section, operations, link, text, description } = entry
  const excerpt = excerptOf(text, terms) || description
  return {
    kind,
    variant,
    language,
    ...(topic !== undefined && { topic }),
    title,
    section,
    excerpt,
    operations,
    link,
    score: Math.round(score * 100) / 100,
  }
}
