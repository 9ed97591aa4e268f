import { html } from 'hono/html'
import type { Html } from '../../../ui/page.ts'
import { actionButton, livePart, section } from './action.ts'
import type { ControlState } from './state.ts'

export function networkSection({ settings: { latency = {} }, operations }: ControlState): Html {
  return section(
    'Network',
    'Delays requests, and breaks connections. The controls themselves are not affected.',
    html`<h3>Latency</h3>
${livePart('latency', latencyState(latency))}
<form data-form="latency">
<label>Delay in ms <input type="number" name="delayMs" value="300" min="0" max="60000" required></label>
<label>Jitter in ms <input type="number" name="jitterMs" value="100" min="0" max="60000" required></label>
<button>Delay requests</button>
</form>
<h3>Broken connections</h3>
<form data-form="break">
<label>Failure <select name="connection">
<option value="reset">No response, no effect</option>
<option value="truncate">Half a response, after the effect</option>
</select></label>
<label>Operation <select name="operationId">
<option value="*">All operations</option>
${operations.map(({ operationId }) => html`<option>${operationId}</option>`)}
</select></label>
<label>Requests <input type="number" name="times" value="1" min="1" max="1000" required></label>
<button>Break connections</button>
</form>`,
  )
}

function latencyState({ delayMs = 0, jitterMs = 0 }: NonNullable<ControlState['settings']['latency']>): Html {
  if (delayMs === 0 && jitterMs === 0) return html`<p>Requests are not delayed.</p>`
  const jitter = jitterMs > 0 ? `, give or take ${jitterMs} ms` : ''
  // A delay cannot be negative.
  const delay = jitterMs < delayMs ? `${delayMs} ms longer${jitter}` : `up to ${delayMs + jitterMs} ms longer`
  return html`<p>Each request takes ${delay}.</p>
<div class="buttons">${actionButton('Stop delaying', {
    path: 'settings',
    body: { latency: { delayMs: 0, jitterMs: 0 } },
    done: 'Requests are no longer delayed.',
  })}</div>`
}
