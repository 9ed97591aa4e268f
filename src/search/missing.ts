import type { Concept } from './concepts.ts'
import type { Entry, Language } from './entry.ts'
import { tokenize, toTerm } from './tokens.ts'
import { topicWords } from './topics.ts'

/** A feature that a query asks for and that the API lacks. */
export interface MissingFeature {
  variant: string
  language: Language
  /** The topic of the guides that other APIs have for it, or the name of a feature without guides. */
  feature: string
  /** A sentence in the language of the query. */
  message: string
}

interface Feature {
  name: string
  words: Record<Language, string>
  /** A query or contract with all concepts of one of these lists is about the feature. */
  anyOf: readonly (readonly Concept[])[]
  /** A query with one of these concepts is about something else. */
  unless: readonly Concept[]
  /** Tells whether an entry shows that an API with guides has the feature. */
  isProvided: (entry: Entry) => boolean
}

const features: Feature[] = [
  ...Object.entries(topicWords).flatMap(([topic, { en, ko, feature }]) =>
    feature
      ? [
          {
            name: topic,
            words: { en, ko },
            unless: [],
            ...feature,
            isProvided: (entry: Entry) => entry.topic === topic,
          },
        ]
      : [],
  ),
  ...(
    [
      ['account-deletion', 'deleteAccount', { en: 'account deletion', ko: '계정 삭제' }],
      ['email-change', 'changeEmail', { en: 'change of the email address', ko: '이메일 주소 변경' }],
    ] as const satisfies [string, Concept, Record<Language, string>][]
  ).map(([name, concept, words]) => ({
    name,
    words,
    anyOf: [[concept]],
    unless: [],
    isProvided: ({ kind, title, description }: Entry) =>
      kind === 'operation' && tokenize(`${title}. ${description}`).concepts.includes(toTerm(concept)),
  })),
]

/**
 * Returns a function that finds the features that a query asks for and an API lacks. An API with guides has a
 * feature if it has a guide to it, or, where no guides exist, an operation for it. An API without guides,
 * such as a contract of the user, has every feature that its contract mentions.
 * @param apisMentioning returns the names of the APIs with an entry that has all the concepts
 */
export function createMissingFeatures(
  entries: readonly Entry[],
  apisMentioning: (concepts: readonly Concept[]) => ReadonlySet<string>,
) {
  const names = [...new Set(entries.map(({ variant }) => variant))]
  const guided = new Set(entries.filter(({ kind }) => kind === 'guide').map(({ variant }) => variant))
  const entriesOfGuided = entries.filter(({ variant }) => guided.has(variant))

  function providersOf({ anyOf, isProvided }: Feature): string[] {
    const providing = new Set(entriesOfGuided.filter(isProvided).map(({ variant }) => variant))
    const mentioning = new Set(anyOf.flatMap((concepts) => [...apisMentioning(concepts)]))
    return names.filter((name) => (guided.has(name) ? providing : mentioning).has(name))
  }

  return (concepts: ReadonlySet<string>, variant: string, language: Language): MissingFeature[] =>
    features.flatMap((feature) => {
      if (!isAsked(feature, concepts)) return []
      const providers = providersOf(feature)
      if (providers.includes(variant)) return []
      const { name, words } = feature
      const lacks = guided.has(variant) ? lacksFeature : doesNotMention
      const sentences = [lacks[language](variant, words[language])]
      if (names.length > 1) sentences.push(alternatives[language](providers))
      return [{ variant, language, feature: name, message: sentences.join(' ') }]
    })
}

function isAsked({ anyOf, unless }: Feature, concepts: ReadonlySet<string>): boolean {
  const has = (concept: Concept) => concepts.has(toTerm(concept))
  return anyOf.some((all) => all.every(has)) && !unless.some(has)
}

type Sentence = Record<Language, (variant: string, feature: string) => string>

const lacksFeature: Sentence = {
  en: (variant, feature) => `${variant} has no ${feature}.`,
  ko: (variant, feature) => `${variant}에는 ${feature} 기능이 없습니다.`,
}

const doesNotMention: Sentence = {
  en: (variant, feature) => `The contract of ${variant} does not mention ${feature}.`,
  ko: (variant, feature) => `${variant}의 API 명세에는 ${feature} 관련 내용이 없습니다.`,
}

const alternatives: Record<Language, (providers: string[]) => string> = {
  en: (providers) =>
    providers.length > 0 ? `APIs that have it: ${providers.join(', ')}.` : 'The other APIs lack it, too.',
  ko: (providers) =>
    providers.length > 0 ? `이 기능이 있는 API: ${providers.join(', ')}.` : '다른 API에도 없습니다.',
}
