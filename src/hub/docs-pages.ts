import type { VariantName } from '../../generated/index.ts'
import type { DocsOptions } from '../docs/context.ts'
import { type DocsPage, llmsPages, pagesOf } from '../docs/pages.ts'
import { docsUrl } from './docs-urls.ts'
import { navigationFor } from './navigation.ts'

/**
 * Finds a page about an API, apart from its reference.
 * @param path the path of the request, such as `/docs/<variant>/guides/`
 * @returns `folder` if the path lacks the slash at its end, and undefined if the page does not exist
 */
export async function findDocsPage(
  variant: VariantName,
  path: string,
  origin: string,
): Promise<DocsPage | 'folder' | undefined> {
  const wanted = path.slice('/docs/'.length)
  const pages = await pagesOf(variant, docsOptions(origin))
  const find = (target: string) => pages.find((page) => page.path === target)
  return (
    find(wanted.endsWith('/') ? `${wanted}index.html` : wanted) ?? (find(`${wanted}/index.html`) && 'folder')
  )
}

/** Returns the index of the docs for programs, or all their text. */
export const findLlmsPage = (path: string, origin: string): DocsPage | undefined =>
  llmsPages(docsOptions(origin)).find((page) => page.path === path)

/** Programs read texts without knowing where they came from, so their links are absolute. */
const docsOptions = (origin: string): DocsOptions => ({
  url: (from, to) => (from.endsWith('.html') ? '' : origin) + docsUrl(to),
  baseUrl: (variant) => `${origin}/sandbox/${variant}`,
  navigation: (path) => navigationFor(docsUrl(path)),
  console: (variant) => `/console/${variant}`,
})
