import { html } from 'hono/html'
import { type Html, type Page, renderPage } from '../../ui/page.ts'
import { script } from './script.ts'
import type { UpstreamState } from './state.ts'
import { style } from './style.ts'
import { routes } from './upstreams.ts'

/**
 * Renders the page that sets the upstream of an API and the route of each operation.
 * @param hasSandbox whether the API has a sandbox besides its mock
 * @param navigation the links on top of the page
 */
export function renderUpstream(
  { api, url, operations }: UpstreamState,
  hasSandbox: boolean,
  navigation: Html,
): Promise<Page> {
  const local = hasSandbox ? 'mock or sandbox' : 'mock'
  // The credentials are not known to the page, so the URL without them must not be sent back.
  const shown = url?.includes('***@') ? '' : (url ?? '')
  return renderPage(
    `Upstream of ${api}`,
    html`<header>
<h1>Upstream of ${api}</h1>
<p>Pass calls of the mock${hasSandbox && ' and the sandbox'} on to your own backend, operation by operation. Calls that it does not
implement yet are answered here, as before. <a href="/upstream/${api}.json">JSON</a></p>
</header>
<main id="content" tabindex="-1" data-api="${api}">
<form class="card" id="upstream">
<p id="current">${url ? html`Calls are passed on to <code>${url}</code>.` : `No upstream. The mock ${hasSandbox ? 'and the sandbox answer' : 'answers'} all calls.`}</p>
<div class="row">
<label>Base URL of the backend <input type="url" name="url" required value="${shown}" placeholder="https://staging.example.com" autocomplete="off" spellcheck="false"></label>
<button type="submit">Set</button>
<button type="button" id="remove">Remove</button>
</div>
<p class="hint">The paths of the contract are appended to it. User and password in the URL are sent as Basic authentication and never
shown.${hasSandbox && ' Tokens that the backend issues are unknown to the sandbox: use the base URL of the mock for the rest of the API.'}</p>
</form>
<p id="error" role="alert"></p>
<div class="row all" role="group" aria-label="Set all operations">
<span>Set all to</span>
${routes.map((route) => html`<button type="button" data-route="${route}">${route}</button>`)}
</div>
<table>
<caption>Operations</caption>
<thead><tr><th scope="col">Operation</th><th scope="col">Route</th><th scope="col">Answered by</th></tr></thead>
<tbody>
${operations.map((operation) => row(operation, url !== null, local))}
</tbody>
</table>
<dl>
<dt>auto</dt>
<dd>The upstream, unless it does not implement the operation: it has answered 404, 405 or 501, and not as the contract declares.
From then on, the ${local} answers, until you set the route again.</dd>
<dt>upstream</dt>
<dd>The upstream, whatever it answers.</dd>
<dt>local</dt>
<dd>The ${local}${hasSandbox && ', as the base URL of the call says'}.</dd>
</dl>
</main>
<p class="hidden" id="status" role="status" aria-live="polite"></p>`,
    { script, style, connect: "'self'", navigation },
  )
}

function row(operation: UpstreamState['operations'][number], hasUpstream: boolean, local: string): Html {
  const { operationId, method, path, route } = operation
  return html`<tr id="${operationId}" data-route="${route}">
<td>${operationId} <small><code>${method} ${path}</code></small></td>
<td><select aria-label="Route of ${operationId}">${routes.map((name) => html`<option${name === route ? ' selected' : ''}>${name}</option>`)}</select></td>
<td class="result">${hasUpstream ? answeredBy(operation, local) : capitalize(local)}</td>
</tr>
`
}

function answeredBy({ route, learned }: UpstreamState['operations'][number], local: string): string {
  if (route === 'local') return capitalize(local)
  if (route === 'upstream' || learned === 'implemented') return 'Upstream'
  return learned === 'missing'
    ? `${capitalize(local)}: the upstream does not implement it`
    : 'Upstream, not called yet'
}

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
