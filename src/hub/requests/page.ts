import { html } from 'hono/html'
import { copyScript, copyStatus } from '../../ui/copyable.ts'
import { type Html, type Page, renderPage } from '../../ui/page.ts'
import { type HubContext, isServed } from '../context.ts'
import { script } from './script.ts'
import { style } from './style.ts'
import type { Summary } from './view.ts'

/**
 * Renders the log of requests, newest first.
 * @param position the position in the log from which the page continues with events
 * @param maxEntries the number of requests that the page keeps
 * @param api the API that the filter selects at first
 */
export function renderRequests(
  summaries: Summary[],
  position: string,
  maxEntries: number,
  api: string,
  { catalog, navigationFor }: Pick<HubContext, 'catalog' | 'navigationFor'>,
): Promise<Page> {
  const hasSandboxes = catalog.apis.some(isServed)
  return renderPage(
    'Requests',
    html`<header>
<h1>Requests</h1>
<p>${
      hasSandboxes
        ? 'Every call of the mocks and sandboxes as it arrives, judged by the contract. Calls of the sandbox controls are not listed.'
        : 'Every call of the mocks as it arrives, judged by the contract.'
    }
<a href="/requests.json">JSON</a></p>
</header>
<form class="filters" role="search" aria-label="Filter requests">
<label>Text <input type="search" name="text" placeholder="Path, operation, method" autocomplete="off"></label>
<label>API <select name="api">
<option value="">All</option>
${catalog.names.map((name) => html`<option${name === api ? html` selected` : ''}>${name}</option>`)}
</select></label>
<label>Status <select name="status">
<option value="">All</option>
${[2, 3, 4, 5].map((digit) => html`<option value="${digit}">${digit}xx</option>`)}
</select></label>
<label>Answered by <select name="by">
<option value="">All</option>
${
  hasSandboxes &&
  html`<option>sandbox</option>
`
}<option>mock</option>
<option>upstream</option>
<option>hub</option>
</select></label>
<button type="button" id="clear">Clear</button>
</form>
<main id="content" tabindex="-1">
<p class="state"><span id="connection">Connecting</span> · <span id="count"></span></p>
<p id="empty" hidden></p>
<ol class="cards" id="requests" data-position="${position}" data-max="${maxEntries}" reversed>
${renderRows(summaries)}
</ol>
</main>
${copyStatus}`,
    { script: copyScript + script, style, connect: "'self'", navigation: navigationFor('/requests') },
  )
}

/** Renders entries as items of the list, newest first. Their details are loaded when they are opened. */
export const renderRows = (summaries: Summary[]): Html => html`${summaries.toReversed().map(row)}`

const verdicts: Record<Summary['verdict'], string> = {
  ok: 'Keeps the contract',
  request: 'Request violates the contract',
  response: 'Response violates the contract',
  both: 'Both violate the contract',
  unjudged: 'Not judged',
}

function row(summary: Summary): Html {
  const { id, time, api, answeredBy, sandbox, note, method, path, operationId, status, durationMs, verdict } =
    summary
  const server = [api, answeredBy, answeredBy === 'sandbox' && sandbox].filter(Boolean).join(' ')
  const isBad = verdict !== 'ok' && verdict !== 'unjudged'
  return html`<li class="card request" id="request-${id}" data-id="${id}" data-api="${api}" data-by="${answeredBy}" data-status="${Math.floor(status / 100)}"><details>
<summary><span class="line"><span class="status s${Math.floor(status / 100)}">${status === 0 ? 'reset' : status}</span> <strong>${method}</strong> <code class="path">${path}</code></span>
<span class="line soft"><time datetime="${time}">${time.slice(11, 23)}</time> <span>${server}</span>${note && html` <span>${note}</span>`} <span>${operationId ?? 'no operation'}</span> <span>${durationMs} ms</span> <span class="${isBad ? 'bad' : ''}">${verdicts[verdict]}</span></span></summary>
<div class="details"></div>
</details></li>
`
}
