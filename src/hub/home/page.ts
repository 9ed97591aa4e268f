import { html } from 'hono/html'
import { readContract, readSummaries, type Summary } from '../docs/summary.ts'
import { signInCommand } from '../snippets/index.ts'
import { copyButton, copyScript, copyStatus } from '../ui/copyable.ts'
import { type Html, type Page, renderPage } from '../ui/page.ts'
import type { ContractFile } from './contract-files.ts'
import { navigationFor } from './navigation.ts'

/**
 * Renders the home page.
 * @param origin the origin of the request, for the URLs to copy
 */
export async function renderHome(origin: string): Promise<Page> {
  const cards = await Promise.all((await readSummaries()).map((summary) => card(summary, origin)))
  return renderPage(
    'auth-contracts',
    html`<header>
<h1>auth-contracts</h1>
<p>Build your frontend against these authentication APIs before their backends exist. Each API has a mock that returns the
examples of its contract, a sandbox that behaves like production, and a reference. Everything runs on this machine.</p>
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
<p><strong>Sandboxes</strong> keep state. Sign up, open the inbox, follow the link, and sign in. The controls of a sandbox set its
clock, change its settings, make calls fail, and reset it.</p>
<p><strong>AI tools</strong> find guides, code and the sandboxes through MCP. The command prints what to paste into a tool. <a href="/llms.txt">llms.txt</a> lists all documentation as Markdown.</p>
<div class="pair">
<div>${labelled('MCP URL', `${origin}/mcp`)}</div>
<div>${labelled('Configuration of a tool', 'npx auth-contracts mcp --print-config claude')}</div>
</div>
</footer>
${copyStatus}`,
    { script: copyScript, navigation: navigationFor('/') },
  )
}

async function card({ variant, title, summary, operations }: Summary, origin: string): Promise<Html> {
  const sandbox = `/sandbox/${variant}`
  const urls = { mock: `${origin}/mock/${variant}`, sandbox: origin + sandbox }
  const document = await readContract(variant)
  const exampleRequest = (kind: keyof typeof urls) => {
    const command = signInCommand(document, variant, urls[kind])
    return command && labelled(`Example request to the ${kind}`, command, variant)
  }
  const download = (file: ContractFile, label = file.split('.').at(-1)) =>
    html`<a href="/contracts/${variant}/${file}" download="${variant}-${file}">${label}</a>`
  return html`<li class="card" id="${variant}">
<div class="title"><h2>${title}</h2><span class="count">${operations} operations</span></div>
<p>${summary}</p>
<div class="pair">
<div>${labelled('Mock base URL', urls.mock, variant)}</div>
<div>${labelled('Sandbox base URL', urls.sandbox, variant)}</div>
</div>
${exampleRequest('mock')}
${exampleRequest('sandbox')}
<ul class="links">
<li><a href="/docs/${variant}/">API reference</a></li>
<li><a href="/docs/${variant}/guides/">Guides</a> (<a href="/docs/${variant}/ko/guides/" lang="ko" hreflang="ko">한국어</a>)</li>
<li><a href="/docs/${variant}/journeys/">Journeys</a></li>
<li><a href="${sandbox}/__dev/seed">Test accounts</a></li>
<li><a href="${sandbox}/__dev/inbox">Inbox</a></li>
<li><a href="${sandbox}/__dev/">Sandbox controls</a></li>
<li>Download the contract: OpenAPI 3.1 ${download('openapi.yaml')} · ${download('openapi.json')}, 3.0
${download('openapi-3.0.yaml')} · ${download('openapi-3.0.json')}</li>
<li>Download the requests: ${download('postman.json', 'Postman')} · ${download('bruno.json', 'Bruno')}</li>
<li><a href="/contracts/${variant}/CHANGELOG.md">Changelog</a></li>
</ul>
</li>
`
}

function labelled(label: string, text: string, variant?: string) {
  return html`<span class="label">${label}</span>
${copyButton(text, variant ? `${label}, ${variant}` : label)}`
}
