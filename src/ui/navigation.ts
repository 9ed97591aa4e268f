import { html } from 'hono/html'
import type { Html } from './page.ts'

export interface NavigationLink {
  label: string
  href: string
  /** Whether the link leads to the page that shows it. */
  isCurrent?: boolean
}

/** The navigation of a site: links to the site, and groups of links about the subject of the page. */
export interface Navigation {
  /** The first link leads home. */
  site: NavigationLink[]
  groups?: { name: string; links: NavigationLink[] }[]
}

/** Renders the navigation on top of a page. The page must include `navigationStyle`. */
export function renderNavigation({ site: [home, ...site], groups = [] }: Navigation): Html {
  return html`<nav class="navigation" lang="en" aria-label="Main">
<ul>${home && item({ ...home, isHome: true })}${site.map(item)}</ul>
${groups.length > 0 ? html`<div>${groups.map(({ name, links }) => html`<ul aria-label="${name}">${links.map(item)}</ul>`)}</div>` : ''}
</nav>
`
}

function item({ label, href, isCurrent = false, isHome = false }: NavigationLink & { isHome?: boolean }) {
  return html`<li><a href="${href}"${isHome ? html` class="home"` : ''}${isCurrent ? html` aria-current="page"` : ''}>${label}</a></li>`
}

/** The style of the navigation. It uses the colours of `renderPage`. */
export const navigationStyle = `
.navigation { background: var(--card); border-bottom: 1px solid var(--line); font-size: .9rem; line-height: 1.5 }
.navigation ul, .navigation div {
  display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; max-width: var(--width); margin: 0 auto; padding: .55rem 1.25rem; list-style: none;
}
.navigation div { gap: .3rem 2rem; padding: 0 1.25rem .55rem }
.navigation div ul { margin: 0; padding: 0 }
.navigation a { color: var(--ink); text-decoration: none }
.navigation a:hover { text-decoration: underline }
.navigation a.home { font-weight: 650; letter-spacing: -.01em }
.navigation a[aria-current] { color: var(--accent); font-weight: 600; box-shadow: 0 2px 0 var(--accent) }
@media (max-width: 36rem) {
  .navigation ul, .navigation div { gap: .3rem .85rem; padding-inline: .75rem }
  .navigation div { gap: .2rem 0; flex-direction: column }
}
`
