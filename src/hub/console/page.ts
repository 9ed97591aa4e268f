import { html, raw } from 'hono/html'
import type { Api } from '../../catalog/api.ts'
import { copyScript, copyStatus } from '../../ui/copyable.ts'
import { type Html, type Page, renderPage } from '../../ui/page.ts'
import { isOwn } from '../context.ts'
import { contractScript } from '../contract-events.ts'
import { type ConsoleOperation, consoleContract } from './contract.ts'
import { style } from './style.ts'

/**
 * Renders the console of an API, which sends requests to its sandbox and mock.
 * @param script the URL of the script
 * @param navigation the links on top of the page
 * @param version the version of the contracts
 */
export async function renderConsole(
  api: Api,
  script: string,
  navigation: Html,
  version: string,
): Promise<Page> {
  const document = await api.readDocument()
  const contract = consoleContract(api, document)
  return renderPage(
    `Console: ${document.info.title}`,
    html`<header>
<h1>Console</h1>
<p>Call ${document.info.title} on this machine: ${api.server ? 'its sandbox or its mock' : 'its mock'}. The page sends nothing elsewhere, and keeps tokens in memory.</p>
<p id="changed" role="status"></p>
</header>
<div class="columns">
<nav aria-label="Operations">
<details id="operations" open><summary>Operations (${contract.operations.length})</summary>
<label class="field">Filter <input type="search" id="filter" autocomplete="off"></label>
${groups(contract.operations)}
<p id="no-match" class="hint" hidden>No operation matches.</p>
</details>
</nav>
<main id="content" tabindex="-1"><noscript><p>The console needs JavaScript.</p></noscript></main>
</div>
<script type="application/json" id="contract">${raw(toScriptText(contract))}</script>
${copyStatus}`,
    {
      script: copyScript + (isOwn(api) ? contractScript(version, showChange) : ''),
      module: script,
      style,
      connect: "'self'",
      navigation,
    },
  )
}

/** A reload would lose the form and the tokens, so the page leaves it to the user. */
const showChange = `document.querySelector('#changed').innerHTML = 'The contract has changed. <a href="">Reload the page</a> to use it.'`

function groups(operations: ConsoleOperation[]): Html {
  const tags = [...new Set(operations.map(({ tag }) => tag))]
  return html`${tags.map(
    (tag, index) => html`<div class="group"><h2 id="tag-${index}">${tag}</h2>
<ul aria-labelledby="tag-${index}">
${operations.filter((operation) => operation.tag === tag).map(link)}</ul></div>
`,
  )}`
}

const link = ({ id, tag, method, path, summary }: ConsoleOperation): Html =>
  html`<li><a href="?operation=${encodeURIComponent(id)}" data-id="${id}" data-text="${[id, tag, method, path, summary].join(' ')}"><span class="method">${method}</span> ${summary}</a></li>
`

/** Writes JSON inside a script element, which `</script>` would end. */
const toScriptText = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')
