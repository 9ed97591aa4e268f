import type { Api, Catalog } from '../catalog/api.ts'
import { renderNavigation } from '../ui/navigation.ts'
import type { Html } from '../ui/page.ts'
import { apiIn, isServed } from './context.ts'
import { hasDemo } from './demo/modules.ts'

/** The pages about all APIs. */
const sitePages = [
  ['auth-contracts', '/'],
  ['Docs', '/docs/'],
  ['Search', '/search'],
  ['Inbox', '/inbox'],
  ['Requests', '/requests'],
] as const

/** A page about one API. */
interface ApiPage {
  label: string
  /** @param sandbox the path of a sandbox, which can be a named one: `/sandbox/<api>/~<name>` */
  path: (name: string, sandbox: string) => string
  /** Tells whether an API has the page. All have it by default. */
  isFor?: (api: Api) => boolean
}

const apiPages: ApiPage[] = [
  { label: 'Docs', path: (name) => `/docs/${name}/` },
  { label: 'Sample app', path: (name) => `/demo/${name}`, isFor: hasDemo },
  { label: 'Console', path: (name) => `/console/${name}` },
  { label: 'Control', path: (_, sandbox) => `${sandbox}/__dev/`, isFor: isServed },
  { label: 'Data', path: (_, sandbox) => `${sandbox}/__dev/data`, isFor: isServed },
  { label: 'Test accounts', path: (_, sandbox) => `${sandbox}/__dev/seed`, isFor: isServed },
  { label: 'Inbox', path: (_, sandbox) => `${sandbox}/__dev/inbox`, isFor: isServed },
  { label: 'Contract tests', path: (name) => `/tests/${name}` },
  { label: 'Upstream', path: (name) => `/upstream/${name}` },
]

/**
 * Renders the navigation on top of the hub's pages, which is the same on all of them.
 * @param path the path of the page, which tells its API
 */
export function navigationFor(catalog: Catalog, path: string): Html {
  const hasInbox = catalog.apis.some(isServed)
  const site = sitePages
    .filter(([, href]) => href !== '/inbox' || hasInbox)
    .map(([label, href]) => ({ label, href, isCurrent: href === path }))
  const api = apiIn(catalog, path)
  if (!api) return renderNavigation({ site })
  const named = /^\/sandbox\/[^/]+(\/~[^/]+)/.exec(path)?.[1] ?? ''
  const pages = pagesOf(api, `/sandbox/${api.name}${named}`)
  const current = longestPrefix(
    pages.map(({ href }) => href),
    path,
  )
  const currentLabel = pages.find(({ href }) => href === current)?.label
  const hrefIn = (other: Api) =>
    pagesOf(other).find(({ label }) => label === currentLabel)?.href ?? `/docs/${other.name}/`
  const apis = catalog.apis.map((other) => ({
    label: other.name,
    href: hrefIn(other),
    isCurrent: other === api,
  }))
  const links = pages.map((page) => ({ ...page, isCurrent: page.href === current }))
  // The other pages are about the default sandbox, so links to them would leave the named one unnoticed.
  const own = named
    ? [
        ...links.filter(({ label, href }) => label === 'Docs' || href.includes(named)),
        { label: 'Default sandbox', href: current ? hrefIn(api) : `/sandbox/${api.name}/__dev/` },
      ]
    : links
  return renderNavigation({
    site,
    groups: [
      { name: 'APIs', links: apis },
      { name: `Pages of ${api.name}${named}`, links: own },
    ],
  })
}

/** Returns the pages that an API has. */
function pagesOf(api: Api, sandbox = `/sandbox/${api.name}`): { label: string; href: string }[] {
  return apiPages
    .filter(({ isFor }) => isFor?.(api) ?? true)
    .map(({ label, path }) => ({ label, href: path(api.name, sandbox) }))
}

/** Returns the most specific page that a path belongs to, if any. */
function longestPrefix(hrefs: string[], path: string): string | undefined {
  return hrefs.filter((href) => path.startsWith(href)).toSorted((a, b) => b.length - a.length)[0]
}
