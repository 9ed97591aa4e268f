import { type VariantName, variantNames } from '../../generated/index.ts'
import type { Concept } from './concepts.ts'
import type { Entry, Language } from './entry.ts'
import { tokenize } from './tokens.ts'
import { topicWords } from './topics.ts'

/** A feature that a query asks for and that the API lacks. */
export interface MissingFeature {
  variant: VariantName
  language: Language
  /** The topic of the guides that other APIs have for it, or the name of a feature without guides. */
  feature: string
  /** A sentence in the language of the query. */
  message: string
}

interface Feature {
  name: string
  words: Record<Language, string>
  isAsked: (concepts: ReadonlySet<string>) => boolean
  isProvided: (entry: Entry) => boolean
}

const features: Feature[] = [
  ...Object.entries(topicWords).flatMap(([topic, { en, ko, feature }]) =>
    feature
      ? [
          {
            name: topic,
            words: { en, ko },
            isAsked: asksFor(feature),
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
    isAsked: asksFor({ anyOf: [[concept]] }),
    isProvided: ({ kind, title, description }: Entry) =>
      kind === 'operation' && tokenize(`${title}. ${description}`).concepts.includes(`~${concept}`),
  })),
]

function asksFor({ anyOf, unless = [] }: { anyOf: readonly Concept[][]; unless?: readonly Concept[] }) {
  return (concepts: ReadonlySet<string>) => {
    const isAsked = (concept: Concept) => concepts.has(`~${concept}`)
    return anyOf.some((all) => all.every(isAsked)) && !unless.some(isAsked)
  }
}

/**
 * Returns a function that finds the features that a query asks for and an API lacks. An API has a feature
 * if it has a guide to it, or, where no guides exist, an operation for it.
 */
export function createMissingFeatures(entries: readonly Entry[]) {
  const provided = features.map((feature) => {
    const having = new Set(entries.filter(feature.isProvided).map(({ variant }) => variant))
    return { ...feature, variants: variantNames.filter((variant) => having.has(variant)) }
  })
  return (concepts: ReadonlySet<string>, variant: VariantName, language: Language): MissingFeature[] =>
    provided
      .filter(({ isAsked, variants }) => isAsked(concepts) && !variants.includes(variant))
      .map(({ name, words, variants }) => ({
        variant,
        language,
        feature: name,
        message: messageOf(variant, language, words[language], variants),
      }))
}

function messageOf(variant: VariantName, language: Language, feature: string, others: VariantName[]): string {
  const list = others.join(', ')
  if (language === 'ko')
    return `${variant}에는 ${feature} 기능이 없습니다. ${list ? `이 기능이 있는 API: ${list}.` : '다른 API에도 없습니다.'}`
  return `${variant} has no ${feature}. ${list ? `APIs that have it: ${list}.` : 'The other APIs lack it, too.'}`
}
