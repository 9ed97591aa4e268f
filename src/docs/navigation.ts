import type { VariantName } from '../../generated/index.ts'
import type { GuideLanguage } from '../guides/guide.ts'
import { languagesOf } from './languages.ts'
import { guidesPath, indexPath, journeysPath, type PageUrl, referencePath } from './paths.ts'
import { pageTexts } from './texts/index.ts'

/** A link of the bar on top of every page about an API. */
export interface NavigationLink {
  label: string
  href: string
  isCurrent: boolean
}

/**
 * Returns the links of the bar on top of a page.
 * @param page the path of the page
 */
export function navigationOf(
  variant: VariantName,
  page: string,
  language: GuideLanguage,
  url: PageUrl,
): NavigationLink[] {
  const texts = pageTexts(language)
  const targets = [
    [texts.allApis, indexPath],
    [texts.reference, referenceFor(variant, language)],
    [texts.guides, guidesPath(variant, language)],
    [texts.journeys, journeysPath(variant)],
  ] as const
  return targets.map(([label, path]) => ({ label, href: url(page, path), isCurrent: path === page }))
}

/** Returns the path of the reference in a language, or of the English one. */
export const referenceFor = (variant: VariantName, language: GuideLanguage): string =>
  referencePath(variant, languagesOf(variant).includes(language) ? language : 'en')
