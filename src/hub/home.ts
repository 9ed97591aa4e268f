import { readFile } from 'node:fs/promises'
import { html } from 'hono/html'
import { contractUrl } from '../../generated/index.ts'
import { type Html, type Page, renderPage } from '../docs/page.ts'
import { readSummaries, type Summary } from '../docs/summary.ts'
import { contractFiles } from './contract-files.ts'
import { signInCommand } from './curl.ts'

/**
 * The page that everything starts from.
 * @param origin where the reader reached this server, for the addresses to copy
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
<p>A sandbox remembers: sign up, read the mail, follow its link, sign in. What lies below <code>/__dev/</code> moves its clock,
changes its settings, lets calls fail, and takes it back to where it began.</p>
</footer>
<p class="hidden" role="status" aria-live="polite"></p>`,
    SCRIPT,
  )
}

async function card({ variant, title, summary, operations }: Summary, origin: string): Promise<Html> {
  const baseUrl = `${origin}/mock/${variant}`
  const sandbox = `/sandbox/${variant}`
  const command = signInCommand(JSON.parse(await readFile(contractUrl(variant), 'utf8')), baseUrl)
  const files = contractFiles.map(
    (file) =>
      html`<li><a href="/contracts/${variant}/${file}" download="${variant}-${file}">${file}</a></li>`,
  )
  return html`<li class="card" id="${variant}">
<div class="title"><h2>${title}</h2><span class="count">${operations} operations</span></div>
<p>${summary}</p>
${copyable('Base URL of the mock', variant, baseUrl)}
${copyable('Base URL of the sandbox', variant, origin + sandbox)}
${command && copyable('First request', variant, command)}
<ul class="links">
<li><a href="/docs/${variant}/">Reference</a></li>
<li><a href="${sandbox}/__dev/seed">People in the sandbox</a></li>
<li><a href="${sandbox}/__dev/inbox">Their mails</a></li>
${files}
</ul>
</li>
`
}

const copyable = (label: string, variant: string, text: string) => html`<span class="label">${label}</span>
<div class="copyable"><pre><code>${text}</code></pre><button type="button" aria-label="Copy: ${label}, ${variant}">Copy</button></div>`

/** Copies; where the browser grants no clipboard (plain HTTP from another machine), selects the text instead. */
const SCRIPT = `
const status = document.querySelector('[role=status]')
for (const button of document.querySelectorAll('.copyable button')) {
  const code = button.parentElement.querySelector('code')
  button.addEventListener('click', async () => {
    const copied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false)
    if (!copied) getSelection().selectAllChildren(code)
    button.textContent = copied ? 'Copied' : 'Selected'
    status.textContent = copied ? 'Copied to the clipboard' : 'Selected; copy it with your keyboard'
    setTimeout(() => { button.textContent = 'Copy'; status.textContent = '' }, 2000)
  })
}
`
