import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { navigationStyle } from './navigation.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** A self-contained page, and the Content Security Policy to serve it with. */
export interface Page {
  html: string
  policy: string
}

export interface PageOptions {
  /** The script of the page. */
  script?: string
  /** The URL of a module on the same server that the page runs, too. */
  module?: string
  /** The import map of the module: URLs of modules by the names that it imports. */
  imports?: Record<string, string>
  /** Rules that only this page needs. */
  style?: string
  /** The language of the page as in BCP 47. English by default. */
  language?: string
  /** Links for the head of the page. */
  head?: Html
  /** Where the forms of the page may lead to, as in the policy. Nowhere by default. */
  formAction?: "'none'" | "'self'"
  /** Where the script of the page may send requests to, as in the policy. Nowhere by default. */
  connect?: "'none'" | "'self'"
  /** The links on top of the page, from `renderNavigation`. */
  navigation?: Html | undefined
}

/**
 * Renders a page with inline style and script; its policy blocks everything else.
 * @param body contains `<main id="content" tabindex="-1">`, the target of the link that skips the navigation
 */
export async function renderPage(
  title: string,
  body: Html,
  {
    script = '',
    module,
    imports,
    style: moreStyle = '',
    language = 'en',
    head,
    formAction = "'none'",
    connect = "'none'",
    navigation,
  }: PageOptions = {},
): Promise<Page> {
  const rules = style + (navigation ? navigationStyle : '') + moreStyle
  const importMap = imports && JSON.stringify({ imports })
  const scripts = [script, importMap].filter((text) => text).map((text = '') => hashOf(text))
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(rules)}`,
    `script-src ${[...scripts, ...(module ? ["'self'"] : [])].join(' ') || "'none'"}`,
    'img-src data:',
    "base-uri 'none'",
    `form-action ${formAction}`,
    ...(connect === "'none'" ? [] : [`connect-src ${connect}`]),
  ].join('; ')
  const page = await html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${icon}">
${head}<style>${raw(rules)}</style>
</head>
<body>
<a class="skip" href="#content">${language === 'ko' ? '본문으로 건너뛰기' : 'Skip to content'}</a>
${navigation}<div class="page">
${body}
</div>
${script && raw(`<script>${script}</script>`)}
${importMap && raw(`<script type="importmap">${importMap}</script>`)}
${module && html`<script type="module" src="${module}"></script>`}
</body>
</html>
`
  return { html: String(page), policy }
}

/** A key in the accent colour. Inline, so that browsers do not request /favicon.ico. */
export const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0f766e"/><path d="M12 10a6 6 0 1 0 5.6 8H20v3h3v-3h2v-4h-7.4A6 6 0 0 0 12 10Zm0 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z" fill="#fff"/></svg>',
)}`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f8, #14181b);
  --card: light-dark(#fff, #1c2226);
  --line: light-dark(#dde2e5, #323b41);
  --ink: light-dark(#172026, #e8edef);
  --soft: light-dark(#56646d, #9fadb5);
  --accent: light-dark(#0f766e, #5eead4);
  --code: light-dark(#eef2f3, #11161a);
  --width: 62rem;
}
* { box-sizing: border-box }
/* Korean lines break between words, and only words longer than a line inside. */
:lang(ko) { word-break: keep-all; overflow-wrap: break-word }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
.page { max-width: var(--width); margin: 0 auto; padding: 3rem 1.25rem 4rem }
main:focus { outline: none }
.skip { position: absolute; left: -99rem }
.skip:focus { left: .5rem; top: .5rem; padding: .4rem .8rem; background: var(--card); border-radius: 6px; z-index: 1 }
.navigation + .page { padding-top: 2rem }
header { margin-bottom: 2rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.015em }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 0 }
p { margin: 0 0 .75rem }
header p { color: var(--soft); max-width: 46rem; margin: 0 }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px }
a:hover { text-decoration-thickness: 2px }
a:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px }
.cards { display: grid; gap: 1.25rem; margin: 0; padding: 0; list-style: none }
.card { min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.4rem }
.card > p { color: var(--soft); margin: .35rem 0 0 }
.title { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .75rem }
.count { color: var(--soft); font-size: .875rem }
.links { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; margin: .9rem 0 0; padding: 0; list-style: none; font-size: .95rem }
.label { display: block; color: var(--soft); font-size: .8125rem; margin: .7rem 0 .25rem }
.copyable { display: flex; align-items: stretch; background: var(--code); border: 1px solid var(--line); border-radius: 8px; overflow: hidden }
.copyable pre { flex: 1; min-width: 0; margin: 0; padding: .55rem .8rem; overflow-x: auto; white-space: pre; scrollbar-width: thin }
code, pre { font: .85rem/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace }
button {
  flex: none; align-self: start; margin: .35rem; padding: .25rem .7rem; cursor: pointer; color: var(--ink); background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; font: inherit; font-size: .8125rem;
}
button:hover { border-color: var(--accent) }
@media (max-width: 36rem) {
  .page { padding-inline: .75rem }
  .card { padding: 1rem }
  .copyable pre { padding-inline: .6rem; white-space: pre-wrap; overflow-wrap: anywhere }
  .copyable code { font-size: .75rem }
  button { padding-inline: .4rem }
}
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.25rem }
.pair > div { min-width: 0 }
.card pre.text { margin: .8rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext }
table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: .9rem }
caption { text-align: left; font-size: 1.2rem; font-weight: 600; padding: 0 0 .5rem }
th, td { text-align: left; vertical-align: top; padding: .55rem .8rem .55rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
th { color: var(--soft); font-weight: 500; border-top: 0 }
th:first-child { width: 48% }
th:nth-child(2) { width: 32% }
td small { display: block; color: var(--soft) }
td .copyable pre { padding: .3rem .6rem }
td .copyable button { margin: .2rem; padding: .1rem .5rem; min-width: 0 }
td .copyable + .copyable { margin-top: .35rem }
section { margin-bottom: 1.25rem }
@media (max-width: 48rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  table, tbody, tr, td, caption { display: block }
  td { border: 0; padding: .2rem 0 }
  tr { border-top: 1px solid var(--line); padding: .7rem 0 }
  td:empty { display: none }
}
.filters { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: end; margin-bottom: 1rem }
.filters label { display: grid; gap: .25rem; color: var(--soft); font-size: .875rem }
.filters label:first-child { flex: 1 1 14rem }
.filters input, .filters select {
  font: inherit; font-size: 1rem; color: var(--ink); background: var(--card); border: 1px solid var(--soft);
  border-radius: 6px; padding: .45rem .6rem; min-width: 0;
}
.filters input::placeholder { color: var(--soft); opacity: 1 }
.filters :focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.filters button { margin: 0; align-self: end; padding: .5rem 1.1rem; font-size: 1rem }
.state { color: var(--soft); font-size: .9rem }
[hidden] { display: none !important }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .9rem }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
`
