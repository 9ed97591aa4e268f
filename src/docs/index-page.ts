import { html } from 'hono/html'
import type { VariantName } from '../../generated/index.ts'
import { type Html, type Page, renderPage } from '../ui/page.ts'
import { controlsPath } from './controls.ts'
import { languagesOf } from './languages.ts'
import { guidesPath, journeysPath, referencePath } from './paths.ts'
import type { Summary } from './summary.ts'
import { languageName } from './texts/index.ts'

/**
 * Renders the index of the reference pages. Its links are relative, so that it works below any path.
 * @param navigation the links on top of the page. None by default.
 */
export function renderIndex(summaries: Summary[], navigation?: Html): Promise<Page> {
  return renderPage(
    'Documentation',
    html`<header>
<h1>Documentation</h1>
<p>A reference of every operation, guides in English and Korean, and journeys through several operations.</p>
</header>
<main id="content" tabindex="-1">
<ul class="cards">
${summaries.map(card)}
</ul>
<p>Tests and tools control a sandbox over HTTP: <a href="./${controlsPath}">reference of the development controls</a></p>
</main>`,
    { navigation },
  )
}

function card({ variant, title, summary, operations }: Summary) {
  return html`<li class="card">
<div class="title"><h2><a href="./${variant}/index.html">${title}</a></h2><span class="count">${operations} operations</span></div>
<p>${summary}</p>
<ul class="links">
<li><a href="./${referencePath(variant)}">API reference</a></li>
${translations(variant)}
<li><a href="./${guidesPath(variant, 'en')}">Guides</a></li>
<li><a href="./${guidesPath(variant, 'ko')}" lang="ko" hreflang="ko">가이드</a></li>
<li><a href="./${journeysPath(variant)}">Journeys</a></li>
</ul>
</li>
`
}

function translations(variant: VariantName) {
  const [, ...languages] = languagesOf(variant)
  return languages.map(
    (language) =>
      html`<li><a href="./${referencePath(variant, language)}" lang="${language}" hreflang="${language}">${languageName(language)}</a></li>
`,
  )
}
