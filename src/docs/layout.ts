import { html } from 'hono/html'
import type { GuideLanguage } from '../guides/guide.ts'
import { copyScript, copyStatus } from '../ui/copyable.ts'
import { type Html, type Page, renderPage } from '../ui/page.ts'
import { tabsScript } from './code-tabs.ts'
import type { DocsContext } from './context.ts'
import { layoutStyle } from './layout-style.ts'
import { navigationOf } from './navigation.ts'
import { guideTexts } from './texts/guides.ts'
import { languageName } from './texts/index.ts'

/** A page about an API, without the parts that all such pages share. */
export interface Layout {
  /** The path of the page. */
  path: string
  language: GuideLanguage
  title: string
  main: Html
  /** The links of the menu, with its title. */
  menu: { title: string; links: { label: string; path: string }[] }
  /** The same page in the other language. */
  translation?: { language: GuideLanguage; path: string } | undefined
  /** The same page as Markdown. */
  markdown?: string
}

/** Renders a page with the bar on top and a menu. */
export function renderLayout(context: DocsContext, layout: Layout): Promise<Page> {
  const { document, titles, url, navigation } = context
  const { path, language, title, main, menu, translation, markdown } = layout
  const texts = guideTexts[language]
  const translatedTitle = titles[language]
  const apiTitle = translatedTitle ?? document.info.title
  const body = html`<nav class="bar" aria-label="${texts.documentation}">
${navigationOf(context, path, language).map(
  ({
    label,
    href,
    isCurrent,
  }) => html`<a href="${href}"${isCurrent ? html` aria-current="page"` : ''}>${label}</a>
`,
)}${
  translation &&
  html`<a href="${url(path, translation.path)}" lang="${translation.language}" hreflang="${translation.language}">${languageName(translation.language)}</a>`
}
</nav>
<div class="columns">
<nav class="menu" aria-label="${menu.title}">
<details open><summary>${menu.title}</summary>
<ul>
${menu.links.map(
  (
    link,
  ) => html`<li><a href="${link.path.startsWith('#') ? link.path : url(path, link.path)}"${link.path === path ? html` aria-current="page"` : ''}>${link.label}</a></li>
`,
)}</ul>
</details>
</nav>
<main id="content" tabindex="-1">
<p class="api"${translatedTitle === undefined ? html` lang="en"` : ''}>${apiTitle}</p>
${main}
</main>
</div>
${copyStatus}`
  const head = html`${
    translation &&
    html`<link rel="alternate" hreflang="${translation.language}" href="${url(path, translation.path)}">
`
  }${
    markdown &&
    html`<link rel="alternate" type="text/markdown" href="${url(path, markdown)}">
`
  }`
  return renderPage(`${title}: ${apiTitle}`, body, {
    script: copyScript + tabsScript + menuScript,
    style: layoutStyle,
    language,
    head,
    navigation: navigation?.(path),
  })
}

/** Closes the menu on narrow screens, where it is above the content. */
const menuScript = `
const narrow = matchMedia('(max-width: 56rem)')
const adapt = () => { document.querySelector('.menu details').open = !narrow.matches }
narrow.addEventListener('change', adapt)
adapt()
`
