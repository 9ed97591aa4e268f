import { html } from 'hono/html'
import type { Html } from '../../ui/page.ts'
import { type Operation, responseKey } from '../contract/contract.ts'
import { causeOf } from '../finding.ts'
import type { Report } from './summary.ts'

type State = 'exercised' | 'failed' | 'missing' | 'undeclared'

const signs: Record<State, { sign: string; text: string }> = {
  exercised: { sign: 'ok', text: 'exercised' },
  failed: { sign: '×', text: 'failed' },
  missing: { sign: '–', text: 'not exercised' },
  undeclared: { sign: '!', text: 'undeclared' },
}

/** Renders the responses of each operation: which were seen, and which failed. */
export function renderMatrix(report: Report): Html {
  const { operations } = report.contract
  const states = new Map(operations.map((operation) => [operation.id, statesOf(operation, report)]))
  const statuses = [...new Set([...states.values()].flatMap((row) => [...row.keys()]))].sort()
  return html`<section aria-labelledby="matrix">
<h2 id="matrix">Responses by operation</h2>
<p class="legend">${Object.entries(signs).map(([state, { sign, text }]) => html`<span><span class="cell ${state}" aria-hidden="true">${sign}</span> ${text}</span>`)}</p>
<div class="scroll" role="region" aria-label="Table of responses" tabindex="0">
<table class="matrix">
<thead><tr><th scope="col">Operation</th>${statuses.map((status) => html`<th scope="col">${status}</th>`)}</tr></thead>
<tbody>${operations.map(
    ({ id, method, path }) => html`<tr data-operation="${id}">
<th scope="row">${id}<small>${method.toUpperCase()} ${path}</small></th>${statuses.map((status) => renderCell(states.get(id)?.get(status)))}</tr>`,
  )}</tbody>
</table>
</div>
</section>`
}

function renderCell(state: State | undefined): Html {
  if (state === undefined) return html`<td></td>`
  const { sign, text } = signs[state]
  return html`<td><span class="cell ${state}" aria-hidden="true">${sign}</span><span class="hidden">${text}</span></td>`
}

function statesOf(operation: Operation, { coverage, failures }: Report): Map<string, State> {
  const states = new Map<string, State>([...operation.responses.keys()].map((status) => [status, 'missing']))
  for (const status of coverage.seen.get(operation.id) ?? []) {
    const key = responseKey(operation, status) ?? String(status)
    states.set(key, operation.responses.has(key) ? 'exercised' : 'undeclared')
  }
  for (const { finding, results } of failures) {
    const cause = causeOf(finding)
    for (const each of results.flatMap(({ findings }) => findings)) {
      const { operation: own, response } = each.exchange
      const key = responseKey(operation, response.status)
      if (own?.id === operation.id && key !== undefined && causeOf(each) === cause) states.set(key, 'failed')
    }
  }
  return states
}
