import { html } from 'hono/html'
import { copyButton } from '../../ui/copyable.ts'
import type { Html } from '../../ui/page.ts'
import type { TestResult } from '../test-case.ts'
import { toCurl } from './curl.ts'
import { count, describeSource } from './describe.ts'
import { maskExchange, maskText } from './mask.ts'
import { type Cause, groupByReason, nameOf, type Report } from './summary.ts'

const maxCauses = 200
const maxTests = 10
const maxBody = 4000

/** Renders the failures with what is needed to see them again: the request, the response and the rule. */
export function renderFailures({ failures }: Report): Html {
  const unexplained = failures.filter(({ explainedBy }) => explainedBy === undefined)
  if (unexplained.length === 0) return html``
  const rest = unexplained.length - maxCauses
  return html`<section aria-labelledby="failures">
<h2 id="failures">${count(unexplained.length, 'violation')}</h2>
${unexplained.slice(0, maxCauses).map((cause, index) => renderCause(cause, `${index + 1}. `))}
${rest > 0 ? html`<p>${count(rest, 'more violation')} are in the JSON report.</p>` : ''}
</section>`
}

function renderCause(cause: Cause, number = ''): Html {
  const { check, message, exchange, source, hint, requirement } = cause.finding
  const { response } = maskExchange(exchange)
  const type = response.headers.find(([name]) => name === 'content-type')?.[1]
  return html`<article class="card cause" data-operation="${operationsOf(cause)}">
<h3>${number}${maskText(message)}</h3>
<p class="tags"><span>${check}</span>${requirement ? html`<span>${requirement}</span>` : ''}${exchange.operation ? html`<span>${exchange.operation.id}</span>` : ''}</p>
${hint ? html`<p><strong>Hint:</strong> ${maskText(hint)}</p>` : ''}
${source ? html`<p><strong>Contract:</strong> <code>${describeSource(source)}</code></p>` : ''}
<span class="label">Request</span>${copyButton(toCurl(exchange), `the request of violation ${number}`)}
<span class="label">Response: ${response.status === 0 ? 'none' : response.status}${type ? `, ${type}` : ''}</span>
<pre class="text" tabindex="0"><code>${indent(response.text) || '(empty)'}</code></pre>
<span class="label">Tests</span>${renderTests(cause.results)}
</article>`
}

/** The operations of a cause, one a line, for the filter. */
const operationsOf = ({ finding, results }: Cause): string =>
  [...new Set([finding.exchange.operation?.id, ...results.map(({ test: { operationId } }) => operationId)])]
    .filter((id) => id !== undefined)
    .join('\n')

function renderTests(results: TestResult[]): Html {
  const names = [...new Set(results.map(({ test }) => nameOf(test)))]
  const rest = names.length - maxTests
  return html`<ul class="tests">${names.slice(0, maxTests).map((name) => html`<li>${name}</li>`)}${rest > 0 ? html`<li>and ${rest} more</li>` : ''}</ul>`
}

function indent(text: string): string {
  const short = text.length > maxBody ? `${text.slice(0, maxBody)}…` : text
  try {
    return text.length > maxBody ? short : JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return short
  }
}

/** Renders what did not fail: differences, folded failures, and tests that were not exercised. */
export function renderMore(report: Report): Html {
  const explained = report.failures.filter(({ explainedBy }) => explainedBy !== undefined)
  const reasons = groupByReason(report)
  return html`${renderFolded(`${count(explained.length, 'failure')} that the warnings explain`, explained)}
${renderFolded(`${count(report.differences.length, 'difference')} from what the contract adds to the API's document`, report.differences)}
${renderProblems(report)}
${
  reasons.length === 0
    ? ''
    : html`<section aria-labelledby="reasons"><h2 id="reasons">Not exercised</h2>
${reasons.map(
  ([reason, results]) =>
    html`<details><summary>${count(results.length, 'test')}: ${maskText(reason)}</summary><ul class="tests">${results.map(
      ({ test }) => html`<li data-operation="${test.operationId ?? ''}">${nameOf(test)}</li>`,
    )}</ul></details>`,
)}</section>`
}`
}

function renderProblems({ contractProblems }: Report): Html {
  return contractProblems.length === 0
    ? html``
    : html`<section><details><summary>${count(contractProblems.length, 'problem')} of the contract itself, not of the server</summary><ul class="tests">${contractProblems.map(
        ({ message, source }) => html`<li>${maskText(message)} <code>${describeSource(source)}</code></li>`,
      )}</ul></details></section>`
}

function renderFolded(title: string, causes: Cause[]): Html {
  return causes.length === 0
    ? html``
    : html`<section><details><summary>${title}</summary>${causes.slice(0, maxCauses).map((cause) => renderCause(cause))}</details></section>`
}
