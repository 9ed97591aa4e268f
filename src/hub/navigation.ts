import { type VariantName, variantNames } from '../../generated/index.ts'
import { renderNavigation } from '../ui/navigation.ts'
import type { Html } from '../ui/page.ts'
import { variantIn } from './variant-name.ts'

/** The pages about all APIs. */
const sitePages = [
  ['auth-contracts', '/'],
  ['Docs', '/docs/'],
  ['Search', '/search'],
  ['Inbox', '/inbox'],
  ['Requests', '/requests'],
] as const

/** The pages about one API. Only those of a sandbox can be about a named one: `/sandbox/<api>/~<name>`. */
const apiPages: [label: string, path: (variant: VariantName, sandbox: string) => string][] = [
  ['Docs', (variant) => `/docs/${variant}/`],
  ['Sample app', (variant) => `/demo/${variant}`],
  ['Console', (variant) => `/console/${variant}`],
  ['Control', (_, sandbox) => `${sandbox}/__dev/`],
  ['Data', (_, sandbox) => `${sandbox}/__dev/data`],
  ['Test accounts', (_, sandbox) => `${sandbox}/__dev/seed`],
  ['Inbox', (_, sandbox) => `${sandbox}/__dev/inbox`],
  ['Contract tests', (variant) => `/tests/${variant}`],
  ['Upstream', (variant) => `/upstream/${variant}`],
]

/**
 * Renders the navigation on top of the hub's pages, which is the same on all of them.
 * @param path the path of the page, which tells its API
 * @example
 * renderPage(title, body, { navigation: navigationFor('/requests') })
 */
export function navigationFor(path: string): Html {
  const site = sitePages.map(([label, href]) => ({ label, href, isCurrent: href === path }))
  const variant = variantIn(path)
  if (!variant) return renderNavigation({ site })
  const named = /^\/sandbox\/[^/]+(\/~[^/]+)/.exec(path)?.[1] ?? ''
  const hrefsOf = (name: VariantName, sandbox = `/sandbox/${name}`) =>
    apiPages.map(([, to]) => to(name, sandbox))
  const hrefs = hrefsOf(variant, `/sandbox/${variant}${named}`)
  const current = indexOfLongestPrefix(hrefs, path)
  const apis = variantNames.map((name) => ({
    label: name,
    href: hrefsOf(name)[current] ?? `/docs/${name}/`,
    isCurrent: name === variant,
  }))
  const pages = hrefs.map((href, index) => ({
    label: apiPages[index]?.[0] ?? '',
    href,
    isCurrent: index === current,
  }))
  // The other pages are about the default sandbox, so links to them would leave the named one unnoticed.
  const own = named
    ? [
        ...pages.filter(({ label, href }) => label === 'Docs' || href.includes(named)),
        { label: 'Default sandbox', href: hrefsOf(variant)[current] ?? `/sandbox/${variant}/__dev/` },
      ]
    : pages
  return renderNavigation({
    site,
    groups: [
      { name: 'APIs', links: apis },
      { name: `Pages of ${variant}${named}`, links: own },
    ],
  })
}

/** Returns the index of the most specific page that a path belongs to, or -1. */
function indexOfLongestPrefix(hrefs: string[], path: string): number {
  const lengths = hrefs.map((href) => (path.startsWith(href) ? href.length : 0))
  const longest = Math.max(...lengths)
  return longest === 0 ? -1 : lengths.indexOf(longest)
}
