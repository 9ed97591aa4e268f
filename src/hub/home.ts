import { html } from 'hono/html'
import { readContract, readSummaries, type Summary } from '../docs/summary.ts'
import { signInCommand } from '../snippets/curl.ts'
import { copyButton, copyScript, copyStatus } from '../ui/copyable.ts'
import { type Html, type Page, renderPage } from '../ui/page.ts'
import type { ContractFile } from './contract-files.ts'

/**
 * Renders the home page.
 * @param origin the origin that the reader used, for the URLs to copy
 */
export async function renderHome(origin: string): Promise<Page> {
  const cards = await Promise.all((await readSummaries()).map((summary) => card(summary, origin)))
  return renderPage(
    'auth-contracts',
    html`<header>
<h1>auth-contracts</h1>
<p>Documented authentication APIs to build against before their backends exist. Each has a mock that answers as its
contract says, a sandbox that does what production would, and a reference. Nothing here leaves this machine.</p>
</header>
<main>
<ul class="cards">
${cards}
</ul>
</main>
<footer>
<p>A mock answers a request that equals an example of the contract with the answer of the same name. For any other answer ask in
a header: <code>Prefer: code=401, example=wrongPassword</code>, or <code>Prefer: dynamic=true</code> for made-up values.</p>
<p>A sandbox remembers: sign up, read the mail, follow its link, sign in. Its controls move its clock, change its settings, let
calls fail, and take it back to where it began.</p>
</footer>
${copyStatus}`,
    copyScript,
  )
}

async function card({ variant, title, summary, operations }: Summary, origin: string): Promise<Html> {
  const sandbox = `/sandbox/${variant}`
  const urls = { mock: `${origin}/mock/${variant}`, sandbox: origin + sandbox }
  const document = await readContract(variant)
  const firstRequest = (kind: keyof typeof urls) => {
    const command = signInCommand(document, urls[kind])
    return command && labelled(`First request to the ${kind}`, variant, command)
  }
  const download = (file: ContractFile) =>
    html`<a href="/contracts/${variant}/${file}" download="${variant}-${file}">${file.split('.').at(-1)}</a>`
  return html`<li class="card" id="${variant}">
<div class="title"><h2>${title}</h2><span class="count">${operations} operations</span></div>
<p>${summary}</p>
<div class="pair">
<div>${labelled('Base URL of the mock', variant, urls.mock)}</div>
<div>${labelled('Base URL of the sandbox', variant, urls.sandbox)}</div>
</div>
${firstRequest('mock')}
${firstRequest('sandbox')}
<ul class="links">
<li><a href="/docs/${variant}/">Reference</a></li>
<li><a href="${sandbox}/__dev/seed">People in the sandbox</a></li>
<li><a href="${sandbox}/__dev/inbox">Their mails</a></li>
<li><a href="${sandbox}/__dev/">Controls</a></li>
<li>Contract: OpenAPI 3.1 ${download('openapi.yaml')} · ${download('openapi.json')}, 3.0
${download('openapi-3.0.yaml')} · ${download('openapi-3.0.json')}</li>
</ul>
</li>
`
}

function labelled(label: string, variant: string, text: string) {
  return html`<span class="label">${label}</span>
${copyButton(text, `${label}, ${variant}`)}`
}
