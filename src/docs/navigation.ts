import type { Api } from '../catalog/api.ts'
import type { GuideLanguage } from '../guides/guide.ts'
import { type DocsContext, hasGuides, hasJourneys } from './context.ts'
import { guidesPath, indexPath, journeysPath, referencePath } from './paths.ts'
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
export function navigationOf(context: DocsContext, page: string, language: GuideLanguage): NavigationLink[] {
  const texts = pageTexts(language)
  const { api, url } = context
  const targets = [
    [texts.allApis, indexPath],
    [texts.reference, referenceFor(api, language)],
    ...(hasGuides(context) ? [[texts.guides, guidesPath(api.name, language)] as const] : []),
    ...(hasJourneys(context) ? [[texts.journeys, journeysPath(api.name)] as const] : []),
  ] as const
  return targets.map(([label, path]) => ({ label, href: url(page, path), isCurrent: path === page }))
}

/** Returns the path of the reference in a language, or of the English one. */
export const referenceFor = ({ name, languages }: Api, language: GuideLanguage): string =>
  referencePath(name, languages.includes(language) ? language : 'en')
