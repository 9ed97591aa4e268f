import { html } from 'hono/html'
import type { Api } from '../catalog/api.ts'
import { type Html, type Page, renderPage } from '../ui/page.ts'
import { controlsPath } from './controls.ts'
import { guidesPath, journeysPath, referencePath } from './paths.ts'
import { countOf, type Summary } from './summary.ts'
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
<p>${aboutOf(summaries)}</p>
</header>
<main id="content" tabindex="-1">
<ul class="cards">
${summaries.map(card)}
</ul>
${summaries.some(({ api }) => api.server) && html`<p>Tests and tools control a sandbox over HTTP: <a href="./${controlsPath}">reference of the development controls</a></p>`}
</main>`,
    { navigation },
  )
}

const aboutOf = (summaries: Summary[]) =>
  summaries.some(({ hasGuides }) => hasGuides)
    ? 'A reference of every operation, guides in English and Korean, and journeys through several operations.'
    : 'A reference of every operation.'

function card({ api, title, summary, operations, hasGuides, hasJourneys }: Summary) {
  const { name } = api
  return html`<li class="card">
<div class="title"><h2><a href="./${referencePath(name)}">${title}</a></h2><span class="count">${countOf(operations)}</span></div>
${summary && html`<p>${summary}</p>`}
<ul class="links">
<li><a href="./${referencePath(name)}">API reference</a></li>
${translations(api)}
${
  hasGuides &&
  html`<li><a href="./${guidesPath(name, 'en')}">Guides</a></li>
<li><a href="./${guidesPath(name, 'ko')}" lang="ko" hreflang="ko">가이드</a></li>
`
}${
  hasJourneys &&
  html`<li><a href="./${journeysPath(name)}">Journeys</a></li>
`
}</ul>
</li>
`
}

function translations({ name, languages: [, ...languages] }: Api) {
  return languages.map(
    (language) =>
      html`<li><a href="./${referencePath(name, language)}" lang="${language}" hreflang="${language}">${languageName(language)}</a></li>
`,
  )
}
