import { html } from 'hono/html'
import { guideBlocks } from '../guides/expand-guide.ts'
import { type GuideLanguage, guideLanguages } from '../guides/guide.ts'
import type { Guide } from '../guides/index.ts'
import type { LinkTarget } from '../guides/links.ts'
import { findEndpoint } from '../openapi/operations.ts'
import type { Html, Page } from '../ui/page.ts'
import { codeBlocks } from './code-tabs.ts'
import { consoleLink } from './console-link.ts'
import type { DocsContext } from './context.ts'
import { type Layout, renderLayout } from './layout.ts'
import { markdownRenderer } from './markdown.ts'
import { referenceFor } from './navigation.ts'
import { guidePath, guidesPath, guideTextPath, operationUrl } from './paths.ts'
import { guideTexts } from './texts/guides.ts'
import { pageTexts } from './texts/index.ts'

/** Renders the list of the guides in one language. */
export function renderGuideList(context: DocsContext, language: GuideLanguage): Promise<Page> {
  const texts = guideTexts[language]
  const path = guidesPath(context.variant, language)
  const guides = guidesIn(context, language)
  const other = otherLanguage(language)
  return renderLayout(context, {
    path,
    language,
    title: pageTexts(language).guides,
    main: html`<h1>${pageTexts(language).guides}</h1>
<p class="lead">${guides.length > 0 ? texts.guidesAbout : texts.noGuides}</p>
<ul class="cards">
${guides.map(
  ({ topic, title, description }) => html`<li class="card">
<div class="title"><h2><a href="${context.url(path, guidePath(context.variant, language, topic))}">${title}</a></h2></div>
<p>${description}</p>
</li>
`,
)}</ul>`,
    menu: menuOf(context, language),
    translation: { language: other, path: guidesPath(context.variant, other) },
  })
}

/** Renders a guide with its code. */
export async function renderGuide(context: DocsContext, guide: Guide): Promise<Page> {
  const { variant, baseUrl, guides, url } = context
  const { topic, language, title, description } = guide
  const path = guidePath(variant, language, topic)
  const texts = guideTexts[language]
  const linkTo = (target: LinkTarget) =>
    target.kind === 'guide'
      ? url(path, guidePath(variant, target.language, target.topic)) + target.anchor
      : operationUrl(url(path, referenceFor(context.api, language)), context.document, target.operationId)
  const blocks = await guideBlocks(guide, { baseUrl, linkTo })
  const render = markdownRenderer()
  const markdown = guideTextPath(variant, language, topic)
  const translation = guides.find((each) => each.topic === topic && each.language !== language)
  return renderLayout(context, {
    path,
    language,
    title,
    main: html`<h1>${title}</h1>
<p class="lead">${description}</p>
${blocks.map((block) => (typeof block === 'string' ? render(block) : codeBlocks(block, title, texts)))}
<div class="after">
<h2>${texts.operations}</h2>
<ul>
${guide.operations.map((operationId) => operationItem(context, operationId, linkTo, language))}</ul>
<p><a href="${url(path, markdown)}">${texts.markdown}</a></p>
${neighbours(context, guide, path)}
</div>`,
    menu: menuOf(context, language),
    translation: translation && {
      language: translation.language,
      path: guidePath(variant, translation.language, topic),
    },
    markdown,
  })
}

const guidesIn = ({ guides }: DocsContext, language: GuideLanguage): Guide[] =>
  guides.filter((guide) => guide.language === language)

const otherLanguage = (language: GuideLanguage): GuideLanguage =>
  guideLanguages.find((each) => each !== language) ?? language

function menuOf(context: DocsContext, language: GuideLanguage): Layout['menu'] {
  return {
    title: pageTexts(language).guides,
    links: guidesIn(context, language).map(({ topic, title }) => ({
      label: title,
      path: guidePath(context.variant, language, topic),
    })),
  }
}

function operationItem(
  context: DocsContext,
  operationId: string,
  linkTo: (target: LinkTarget) => string,
  language: GuideLanguage,
): Html {
  const endpoint = findEndpoint(context.document, operationId)
  const call = endpoint && `${endpoint.method.toUpperCase()} ${endpoint.path}`
  return html`<li><a href="${linkTo({ kind: 'operation', operationId })}">${operationId}</a> <code>${call}</code>${consoleLink(context, operationId, language)}</li>
`
}

function neighbours({ variant, url, ...context }: DocsContext, guide: Guide, path: string): Html {
  const { language } = guide
  const guides = guidesIn({ variant, url, ...context }, language)
  const texts = guideTexts[language]
  const index = guides.indexOf(guide)
  const link = (target: Guide | undefined, label: string) =>
    target &&
    html`<a href="${url(path, guidePath(variant, language, target.topic))}"><small>${label}</small>${target.title}</a>`
  return html`<nav class="neighbours" aria-label="${texts.otherGuides}">${link(guides[index - 1], texts.previous)}${link(guides[index + 1], texts.next)}</nav>`
}
