import { type Api, type Catalog, defaultServerPath } from '../catalog/api.ts'
import type { DocsOptions } from '../docs/context.ts'
import { type DocsPage, llmsPages, pagesOf } from '../docs/pages.ts'
import type { HubContext } from './context.ts'
import { docsUrl } from './docs-urls.ts'

/**
 * Finds a page about an API, apart from its reference.
 * @param path the path of the request, such as `/docs/<variant>/guides/`
 * @returns `folder` if the path lacks the slash at its end, and undefined if the page does not exist
 */
export async function findDocsPage(
  api: Api,
  path: string,
  origin: string,
  navigationFor: HubContext['navigationFor'],
): Promise<DocsPage | 'folder' | undefined> {
  const wanted = path.slice('/docs/'.length)
  const pages = await pagesOf(api, docsOptions(origin, navigationFor))
  const find = (target: string) => pages.find((page) => page.path === target)
  return (
    find(wanted.endsWith('/') ? `${wanted}index.html` : wanted) ?? (find(`${wanted}/index.html`) && 'folder')
  )
}

/** Returns the paths of the lists of guides and of the journeys of an API that has some. */
export async function guideFolders(api: Api): Promise<string[]> {
  const paths = (await pagesOf(api, docsOptions(''))).map(({ path }) => docsUrl(path))
  return paths.filter((path) => /\/(guides|journeys)\/$/.test(path))
}

/** Returns the index of the docs for programs, or all their text. */
export const findLlmsPage = (catalog: Catalog, path: string, origin: string): DocsPage | undefined =>
  llmsPages(catalog, docsOptions(origin)).find((page) => page.path === path)

/** Programs read texts without knowing where they came from, so their links are absolute. */
const docsOptions = (origin: string, navigationFor?: HubContext['navigationFor']): DocsOptions => ({
  url: (from, to) => (from.endsWith('.html') ? '' : origin) + docsUrl(to),
  baseUrl: (api) => origin + defaultServerPath(api),
  navigation: navigationFor && ((path) => navigationFor(docsUrl(path))),
  console: ({ name }) => `/console/${name}`,
})
