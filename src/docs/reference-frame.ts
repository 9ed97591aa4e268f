import { toGuideLanguage } from '../guides/guide.ts'
import { listGuides } from '../guides/index.ts'
import { loadFlows } from '../snippets/index.ts'
import { navigationStyle } from '../ui/navigation.ts'
import { icon } from '../ui/page.ts'
import { accessibilityScript, accessibleColours } from './accessibility.ts'
import { sampleLanguages } from './code-samples.ts'
import { guidesPath, journeysPath } from './paths.ts'
import { type ReferenceOptions, referencePolicy } from './reference.ts'
import { languageName, pageTexts } from './texts/index.ts'

/** The API and language of a page, and its links. */
export type Frame = Pick<
  ReferenceOptions,
  'api' | 'language' | 'otherLanguages' | 'navigation' | 'home' | 'files' | 'url' | 'script'
>

/** The languages by which Redoc selects code samples. The payload shows all examples of a request. */
export const codeLanguages = [
  ...sampleLanguages.map(({ lang, label }) => ({ lang, label })),
  { lang: 'json', label: 'Payload' },
]

/** The parts of a page that Redoc provides, as HTML. */
interface Content {
  title: string
  head: string
  body: string
}

/** Returns the Content Security Policy of a page. */
export const policyOf = ({ script }: Pick<Frame, 'script'>): string =>
  script === undefined ? referencePolicy : referencePolicy.replace('connect-src', "connect-src 'self'")

function languageLink({ language, url }: ReferenceOptions['otherLanguages'][number]): string {
  return `<a href="${url}" lang="${language}" hreflang="${language}">${languageName(language)}</a>`
}

/** The links to other pages about the API, and to files for download. */
async function linksOf({ api, language, otherLanguages, home, files, url }: Frame): Promise<string[]> {
  const texts = pageTexts(language)
  const link = (href: string, label: string) => `<a href="${href}">${label}</a>`
  const download = (file: string, label: string) => `<a href="${files}/${file}" download>${label}</a>`
  if (!api) return [link(home, texts.allApis), download('openapi.json', 'OpenAPI')]
  const { name, downloads } = api
  const [guides, { workflows }] = await Promise.all([listGuides(name), loadFlows(name)])
  return [
    link(home, texts.allApis),
    guides.length > 0 && link(url(guidesPath(name, toGuideLanguage(language))), texts.guides),
    workflows.length > 0 && link(url(journeysPath(name)), texts.journeys),
    downloads.includes('CHANGELOG.md') && link(`${files}/CHANGELOG.md`, texts.changelog),
    downloads.includes('postman.json') && download('postman.json', texts.postman),
    downloads.includes('bruno.json') && download('bruno.json', texts.bruno),
    ...otherLanguages.map(languageLink),
  ].filter((html) => html !== false)
}

/**
 * Renders a reference page around the content of Redoc: the default template of Redoc, with our policy, icon,
 * links to other pages, and colours.
 * @param content.head the styles of the content
 */
export async function renderFrame(frame: Frame, { title, head, body }: Content): Promise<string> {
  const { language, navigation, script } = frame
  const texts = pageTexts(language)
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(frame)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${icon}">
${head}
<style>
:root {
  --color-brand-1: #f0fdfa; --color-brand-2: #ccfbf1; --color-brand-3: #99f6e4; --color-brand-4: #5eead4; --color-brand-5: #14b8a6;
  --color-brand-6: #0f766e; --color-brand-7: #115e59; --color-brand-8: #134e4a; --color-brand-9: #042f2e;
}
.dark {
  --color-brand-1: #1b3b39; --color-brand-2: #134e4a; --color-brand-3: #115e59; --color-brand-4: #0f766e; --color-brand-5: #14b8a6;
  --color-brand-6: #2dd4bf; --color-brand-7: #5eead4; --color-brand-8: #5eead4; --color-brand-9: #99f6e4;
}
${accessibleColours}body { margin: 0 }
/* Korean lines break between words. */
:lang(ko) body { word-break: keep-all; overflow-wrap: break-word }
/* Wraps the button of Redoc below a title that has a long word. */
div:has(> div > h1[data-component-name]) { flex-wrap: wrap }
h1[data-component-name] { overflow-wrap: break-word; word-break: normal }
/* Fits five columns into the text column without breaking header names and codes. */
td code { white-space: normal !important; word-break: normal !important; overflow-wrap: break-word !important }
:is(th, td):is(:nth-last-child(n + 4), :nth-last-child(n + 4) ~ *) { padding: .4rem .45rem !important; font-size: .8125rem !important }
.all-apis {
  display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: .5rem 1rem; font: .875rem/1.5 var(--font-family-base);
  background: var(--bg-color); border-bottom: 1px solid var(--border-color-primary);
}
.all-apis a { color: var(--text-color-primary) }
${
  navigation &&
  `.navigation {
  --card: var(--bg-color); --line: var(--border-color-primary); --ink: var(--text-color-primary); --accent: var(--color-brand-6); --width: none;
  font-family: var(--font-family-base);
}
${navigationStyle}`
}</style>
<script>{${accessibilityScript(texts.accessibleNames)}}</script>
<script>var redocLabels = ${JSON.stringify(texts.redoc)}</script>
${
  script === undefined
    ? ''
    : `<script>${script}</script>
`
}</head>
<body>
${(await navigation) ?? ''}<nav class="all-apis" aria-label="${texts.accessibleNames.links}">
${(await linksOf(frame)).join('\n')}
</nav>
${body}
</body>
</html>
`
}
