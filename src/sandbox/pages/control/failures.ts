import { html } from 'hono/html'
import type { Fault } from '../../../../generated/_dev/types.ts'
import type { Html } from '../../../ui/page.ts'
import { actionButton, livePart, section } from './action.ts'
import type { ControlState, OperationResponses } from './state.ts'

export function failuresSection({ operations, faults }: ControlState): Html {
  const choices = [forAllOperations(operations), ...operations]
  return section(
    'Failures',
    'Makes the next requests fail with a response of the contract. The operation has no effect.',
    html`<form data-form="fail">
<label>Operation <select name="operationId">
${choices.map(({ operationId }) => html`<option value="${operationId}">${nameOf(operationId)}</option>`)}
</select></label>
<label>Response <select name="response"></select></label>
<label>Requests <input type="number" name="times" value="1" min="1" max="1000" required></label>
<button>Fail requests</button>
</form>
${choices.map(
  ({ operationId, responses }) =>
    html`<template data-operation="${operationId}">${responses.map(optionsOf)}</template>`,
)}
<h3>Pending faults</h3>
${livePart('faults', faultList(faults))}`,
  )
}

interface Choice {
  operationId: string
  responses: { status: number | string; examples: string[] }[]
}

/** All statuses that any operation declares. Their examples differ. */
function forAllOperations(operations: OperationResponses[]): Choice {
  const statuses = operations.flatMap(({ responses }) => responses.map(({ status }) => status))
  const sorted = [...new Set(statuses)].sort((a, b) => a - b)
  return {
    operationId: '*',
    responses: ['5XX', '4XX', ...sorted].map((status) => ({ status, examples: [] })),
  }
}

/** The value is the status and the name of the example. */
function optionsOf({ status, examples }: Choice['responses'][number]): Html {
  if (examples.length === 0) return html`<option value="${status}">${statusName(status)}</option>`
  return html`<optgroup label="${status}">${examples.map((name) => html`<option value="${status}/${name}">${status} ${name}</option>`)}</optgroup>`
}

const statusName = (status: number | string) =>
  typeof status === 'string' ? `${status}, the first one of each operation` : String(status)

function faultList(faults: Fault[]): Html {
  if (faults.length === 0) return html`<p>None.</p>`
  return html`<ul class="rows">${faults.map(
    (fault) =>
      html`<li><span>${describeFault(fault)}</span> ${actionButton(
        'Remove',
        {
          path: 'faults',
          body: { operationId: fault.operationId, times: 0 },
          done: `${nameOf(fault.operationId)}: the fault is removed.`,
        },
        { name: `Remove the fault of ${nameOf(fault.operationId)}` },
      )}</li>`,
  )}</ul>`
}

function describeFault({
  operationId,
  status,
  statusClass,
  example,
  connection,
  delayMs,
  times,
}: Fault): string {
  const effects = [
    [status ?? statusClass, example].filter(Boolean).join(' '),
    connection && { reset: 'no response', truncate: 'half a response' }[connection],
    delayMs !== undefined && `${delayMs} ms later`,
  ]
  const requests = times === 1 ? 'the next request' : `the next ${times} requests`
  return `${nameOf(operationId)}: ${effects.filter(Boolean).join(', ')} for ${requests}`
}

const nameOf = (operationId: string) => (operationId === '*' ? 'All operations' : operationId)
