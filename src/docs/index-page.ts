import { html } from 'hono/html'
import type { VariantName } from '../../generated/index.ts'
import { type Page, renderPage } from '../ui/page.ts'
import { languagesOf } from './languages.ts'
import type { Summary } from './summary.ts'
import { languageName } from './texts/index.ts'

/**
 * Renders the index of the reference pages. Its links are relative, so that it works below any path.
 * @param home the URL of the home page, if there is one
 */
export function renderIndex(summaries: Summary[], home?: string): Promise<Page> {
  return renderPage(
    'API reference',
    html`<header>
<h1>API reference</h1>
<p>Every operation with its parameters, response statuses and examples.</p>
${home && html`<ul class="links"><li><a href="${home}">Home: mocks, sandboxes and contracts</a></li></ul>`}
</header>
<main>
<ul class="cards">
${summaries.map(card)}
</ul>
</main>`,
  )
}

function card({ variant, title, summary, operations }: Summary) {
  return html`<li class="card">
<div class="title"><h2><a href="./${variant}/index.html">${title}</a></h2><span class="count">${operations} operations</span></div>
<p>${summary}</p>
${translationLinks(variant)}
</li>
`
}

function translationLinks(variant: VariantName) {
  const [, ...languages] = languagesOf(variant)
  if (languages.length === 0) return ''
  return html`<ul class="links">${languages.map(
    (language) =>
      html`<li><a href="./${variant}/${language}/index.html" lang="${language}" hreflang="${language}">${languageName(language)}</a></li>`,
  )}</ul>`
}
