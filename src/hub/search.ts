import { html } from 'hono/html'
import type { Catalog } from '../catalog/api.ts'
import { controls } from '../common/controls.ts'
import { unknownName } from '../common/unknown-name.ts'
import type { MissingFeature, SearchResult } from '../search/index.ts'
import { type Html, type Page, renderPage } from '../ui/page.ts'
import { type HubContext, isServed } from './context.ts'

/** The longest query, as in the MCP tool. */
const longestQuery = 500
const limit = 30
/** The most results about the development controls. They follow those about the APIs. */
const controlsLimit = 5

/** A search as its URL describes it. */
export interface SearchRequest {
  query: string
  variant?: string
}

/**
 * Reads the search parameters `q` and `api`.
 * @returns a text that tells what is wrong with them, if they are invalid
 */
export function readSearch(parameters: URLSearchParams, { names }: Catalog): SearchRequest | string {
  const query = parameters.get('q')?.trim() ?? ''
  const api = parameters.get('api') ?? ''
  if (query.length > longestQuery) return `q has more than ${longestQuery} characters. Pass a shorter text.`
  if (api && !names.includes(api)) return unknownName('API', api, names)
  return { query, ...(api && { variant: api }) }
}

interface Found {
  /** The features that the query asks for and that the API lacks. */
  missing: MissingFeature[]
  results: SearchResult[]
}

/** Searches guides and contracts. A lazy import lets the hub listen before the index is built. */
export async function search({ query, variant }: SearchRequest, catalog: Catalog): Promise<Found> {
  if (query === '') return { missing: [], results: [] }
  const { loadControlsSearch, loadSearch } = await import('../search/index.ts')
  const { searchDocs, findMissing } = await loadSearch(catalog)
  const filter = variant ? { variant } : {}
  const results = searchDocs(query, { limit, ...filter })
  const found = { missing: findMissing(query, filter), results }
  if (variant || !catalog.apis.some(isServed)) return found
  const { searchDocs: searchControls } = await loadControlsSearch()
  return { ...found, results: [...results, ...searchControls(query, { limit: controlsLimit })] }
}

/** Renders the search form with the results. */
export function renderSearch(
  request: SearchRequest,
  { missing, results }: Found,
  { catalog, navigationFor }: Pick<HubContext, 'catalog' | 'navigationFor'>,
): Promise<Page> {
  const { query } = request
  return renderPage(
    query ? `${query} - Search` : 'Search',
    html`<header>
<h1>Search</h1>
<p>${
      catalog.apis.some(isServed)
        ? 'Guides, operations, schemas and errors of all APIs, in English and Korean, and the controls of the sandboxes.'
        : 'Operations, schemas and errors of all APIs.'
    }</p>
</header>
${searchForm(request, catalog)}
<main id="content" tabindex="-1">
${missing.map(({ language, message }) => html`<p class="missing" lang="${language}">${message}</p>`)}
${query && resultsOf(results, request)}
</main>`,
    { style, formAction: "'self'", navigation: navigationFor('/search') },
  )
}

function searchForm({ query, variant }: SearchRequest, { names }: Catalog): Html {
  return html`<form class="filters" role="search" action="/search">
<label>Question, error or operation <input type="search" name="q" value="${query}" maxlength="${longestQuery}" autofocus></label>
<label>API <select name="api">
<option value="">All</option>
${names.map((name) => html`<option${name === variant ? html` selected` : ''}>${name}</option>`)}
</select></label>
<button>Search</button>
</form>`
}

const groups = [
  ['guide', 'Guides'],
  ['operation', 'Operations'],
  ['error', 'Errors'],
  ['schema', 'Schemas'],
  [controls, 'Sandbox controls'],
] as const

const groupOf = ({ variant, kind }: SearchResult) => (variant === controls ? controls : kind)

/** Groups the results by kind. The kind of the best result comes first, and the controls come last. */
function resultsOf(results: SearchResult[], { variant }: SearchRequest): Html {
  if (results.length === 0)
    return html`<p>Nothing found. Use other words${variant && ', or search all APIs'}.</p>`
  const rank = (group: string) => results.findIndex((result) => groupOf(result) === group)
  const found = groups
    .filter(([group]) => rank(group) >= 0)
    .toSorted(([first], [second]) => rank(first) - rank(second))
  return html`${found.map(
    ([group, title]) => html`<section>
<h2>${title}</h2>
<ul class="cards results">
${results.filter((result) => groupOf(result) === group).map(resultItem)}
</ul>
</section>`,
  )}`
}

function resultItem({ variant, language, title, section, excerpt, operations, link }: SearchResult): Html {
  return html`<li class="card">
<h3><a href="${link}" lang="${language}">${title}${section && `: ${section}`}</a></h3>
${excerpt && html`<p lang="${language}">${excerpt}</p>`}
<p class="label">${[variant, ...operations.slice(0, 5)].join(' · ')}</p>
</li>
`
}

const style = `
.missing { font-weight: 600 }
.results { margin-top: .6rem; gap: .75rem }
.results .card { padding: .8rem 1.1rem }
h3 { font-size: 1rem; margin: 0 }
.results :is(h3, p) { overflow-wrap: anywhere }
`
