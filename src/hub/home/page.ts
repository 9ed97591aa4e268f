import { html } from 'hono/html'
import { type Api, type Catalog, defaultServerPath, mockPath } from '../../catalog/api.ts'
import { contractOption } from '../../catalog/contract-option.ts'
import { codeBlocks, tabsScript } from '../../docs/code-tabs.ts'
import { countOf, readSummaries, type Summary } from '../../docs/summary.ts'
import { guideTexts } from '../../docs/texts/guides.ts'
import { isLoopback } from '../../server/hosts.ts'
import { firstCallCode } from '../../snippets/index.ts'
import { copyButton, copyScript, copyStatus } from '../../ui/copyable.ts'
import { type Html, type Page, renderPage } from '../../ui/page.ts'
import { type HubContext, isOwn, isServed } from '../context.ts'
import { contractScript } from '../contract-events.ts'
import { type ContractFile, contractFilesOf } from '../contract-files.ts'
import { hasDemo } from '../demo/modules.ts'
import { statusScript } from './script.ts'
import { type ApiStatus, statusTexts } from './status.ts'

/**
 * Renders the home page.
 * @param origin the origin of the request, for the URLs to copy
 * @param status the states of the servers, which the page updates
 */
export async function renderHome(
  {
    catalog,
    navigationFor,
    contractVersion,
  }: Pick<HubContext, 'catalog' | 'navigationFor' | 'contractVersion'>,
  origin: string,
  status: Record<string, ApiStatus>,
): Promise<Page> {
  const summaries = await readSummaries(catalog)
  const hasSandboxes = catalog.apis.some(isServed)
  const cards = await Promise.all(summaries.map((summary) => card(summary, origin, status[summary.api.name])))
  return renderPage(
    'auth-contracts',
    html`<header>
<h1>auth-contracts</h1>
<p>Build your frontend against these APIs before their backends exist. Each API has a reference,
${hasSandboxes && 'a sandbox that behaves like production, '}and a mock that returns the examples of its contract.
Everything runs on this machine.</p>
</header>
<main id="content" tabindex="-1">
<ul class="cards">
${cards}
</ul>
</main>
<footer>
<p><strong>Mocks</strong> keep no state. A request that equals an example of the contract gets the response of the same name. To
get another response, send the header <code>Prefer: code=401, example=wrongPassword</code>, or
<code>Prefer: dynamic=true</code> for random values.</p>
${
  hasSandboxes &&
  html`<p><strong>Sandboxes</strong> keep state. Sign up, open the <a href="/inbox">inbox</a>, follow the link, and sign in. The controls
of a sandbox set its clock, change its settings, make calls fail, and reset it.</p>
`
}<p><a href="/requests"><strong>Requests</strong></a> shows every call as it arrives, judged by the contract.</p>
<p><strong>AI tools</strong> find ${hasSandboxes ? 'guides, code and the sandboxes' : 'operations and code'} through MCP. The command prints what to paste into a tool.
<a href="/llms.txt">llms.txt</a> lists all documentation as Markdown.</p>
<div class="pair">
<div>${labelled('MCP URL', `${origin}/mcp`)}</div>
<div>${labelled('Configuration of a tool', mcpCommand(catalog, origin))}</div>
</div>
</footer>
${copyStatus}`,
    {
      script:
        copyScript +
        tabsScript +
        statusScript +
        (catalog.apis.some(isOwn) ? contractScript(contractVersion) : ''),
      style,
      connect: "'self'",
      navigation: navigationFor('/'),
    },
  )
}

/** Writes the command that prints the configuration of an AI tool, for the same APIs and this server. */
function mcpCommand({ apis }: Catalog, origin: string): string {
  const contracts = apis.flatMap((api) => contractOption(api) ?? [])
  const { hostname } = new URL(origin)
  const url = origin === 'http://localhost:4000' || !isLoopback(hostname) ? [] : [`--url ${origin}`]
  return ['npx auth-contracts mcp --print-config claude', ...url, ...contracts].join(' ')
}

async function card(
  { api, title, summary, operations, hasGuides, hasJourneys }: Summary,
  origin: string,
  status: ApiStatus | undefined,
): Promise<Html> {
  const { name: variant } = api
  const sandbox = `/sandbox/${variant}`
  const server = origin + defaultServerPath(api)
  const code = firstCallCode(await api.readDocument(), variant, server)
  const files = contractFilesOf(api)
  const download = (file: ContractFile, label = file.split('.').at(-1)) =>
    html`<a href="/contracts/${variant}/${file}" download="${variant}-${file}">${label}</a>`
  return html`<li class="card" id="${variant}">
<div class="title"><h2>${title}</h2><span class="count">${countOf(operations)}</span></div>
${summary && html`<p>${summary}</p>`}
${status && states(api, status)}
<div class="pair">
<div>${labelled('Mock base URL', origin + mockPath(api), variant)}</div>
${isServed(api) && html`<div>${labelled('Sandbox base URL', server, variant)}</div>`}
</div>
${
  code &&
  html`<h3>First call: ${api.server ? 'sign in to the sandbox' : 'ask the mock'}</h3>
${codeBlocks(
  [
    { title: 'cURL', code: code.curl, language: 'shell' },
    { title: 'PowerShell', code: code.powershell, language: 'powershell' },
    { title: 'TypeScript (fetch)', code: code.fetch, language: 'typescript' },
    { title: 'TypeScript (client)', code: code.client, language: 'typescript' },
  ],
  `first call, ${variant}`,
  guideTexts.en,
)}`
}
<ul class="links">
${hasDemo(api) && html`<li><strong><a href="/demo/${variant}">Sample app: click through a sign-in</a></strong></li>`}
<li><a href="/console/${variant}">Console</a></li>
${
  isServed(api) &&
  html`<li><a href="${sandbox}/__dev/">Control</a></li>
<li><a href="${sandbox}/__dev/data">Data</a></li>
<li><a href="${sandbox}/__dev/seed">Test accounts</a></li>
<li><a href="/inbox?api=${variant}">Inbox</a></li>`
}
<li><a href="/upstream/${variant}">Upstream</a></li>
<li><a href="/docs/${variant}/">API reference</a></li>
${hasGuides && html`<li><a href="/docs/${variant}/guides/">Guides</a> (<a href="/docs/${variant}/ko/guides/" lang="ko" hreflang="ko">한국어</a>)</li>`}
${hasJourneys && html`<li><a href="/docs/${variant}/journeys/">Journeys</a></li>`}
${files.includes('CHANGELOG.md') && html`<li><a href="/contracts/${variant}/CHANGELOG.md">Changelog</a></li>`}
</ul>
<ul class="links">
<li>Contract: OpenAPI 3.1 ${download('openapi.yaml')} · ${download('openapi.json')}${
    files.includes('openapi-3.0.json') &&
    html`, 3.0 ${download('openapi-3.0.yaml')} ·
${download('openapi-3.0.json')}`
  }</li>
<li>Requests: ${download('postman.json', 'Postman')} · ${download('bruno.json', 'Bruno')}</li>
</ul>
</li>
`
}

function states(api: Api, { mock, sandbox, tests }: ApiStatus): Html {
  return html`<dl class="states" data-api="${api.name}">
<div><dt>Mock</dt><dd data-part="mock" data-state="${mock}">${statusTexts[mock]}</dd></div>
${sandbox && html`<div><dt>Sandbox</dt><dd data-part="sandbox" data-state="${sandbox}">${statusTexts[sandbox]}</dd></div>`}
<div><dt><a href="/tests/${api.name}">Contract tests</a></dt><dd data-part="tests">${tests.verdict}</dd></div>
</dl>`
}

function labelled(label: string, text: string, variant?: string) {
  return html`<span class="label">${label}</span>
${copyButton(text, variant ? `${label}, ${variant}` : label)}`
}

const style = `
h3 { font-size: 1rem; margin: 1.1rem 0 .4rem }
.code .copyable pre { max-height: 20rem; overflow: auto }
[role=tablist] { display: flex; flex-wrap: wrap; gap: .2rem; margin-bottom: .35rem }
[role=tab] { margin: 0; background: none; border: 0; border-bottom: 2px solid transparent; border-radius: 0; padding: .3rem .6rem; color: var(--soft) }
[role=tab][aria-selected=true] { color: var(--accent); border-color: var(--accent); font-weight: 600 }
.states { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .7rem 0 0; font-size: .9rem }
.states div { display: flex; gap: .4rem }
.states dt { color: var(--soft) }
.states dd { margin: 0; font-weight: 600; overflow-wrap: anywhere }
.states dd[data-state=ready] { color: var(--accent) }
`
