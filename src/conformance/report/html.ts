import { html } from 'hono/html'
import { copyScript, copyStatus } from '../../ui/copyable.ts'
import { type Html, type Page, renderPage } from '../../ui/page.ts'
import { count, isGreen, verdictOf } from './describe.ts'
import { renderFailures, renderMore } from './html-findings.ts'
import { renderKeywords } from './html-keywords.ts'
import { renderMatrix } from './html-matrix.ts'
import { filterScript, style } from './html-style.ts'
import { countByPack, countOutcomes, percent, type Report } from './summary.ts'

/** Writes the report as one page that loads nothing from elsewhere. */
export async function htmlReport(report: Report): Promise<string> {
  return (await renderReport(report)).html
}

/**
 * Renders the report as a page.
 * @param navigation the links on top of the page. None by default.
 */
export function renderReport(report: Report, navigation?: Html): Promise<Page> {
  const body = html`${renderHeader(report)}
<main id="content" tabindex="-1">
${renderFilter(report)}
${renderFailures(report)}
${renderMatrix(report)}
${renderMore(report)}
${renderKeywords(report)}
</main>
<footer><p>Written by auth-contracts. Secrets are masked: equal masks stand for equal secrets.</p></footer>
${copyStatus}`
  const title = `${isGreen(report) ? 'Passed' : 'Failed'}: ${report.contract.name}`
  return renderPage(title, body, { script: copyScript + filterScript, style, navigation })
}

function renderHeader(report: Report): Html {
  const { contract, url, warnings, failures, coverage, startedAt, durationMs, seed, hooks } = report
  const { passed, failed, notExercised } = countOutcomes(report)
  const { operations, responses } = coverage
  return html`<header>
<h1>${contract.name}</h1>
<p>${url}</p>
<p class="verdict ${isGreen(report) ? 'good' : 'bad'}">${verdictOf(report)}</p>
${warnings.map((warning) => {
  const folded = failures.filter(({ explainedBy }) => explainedBy === warning).length
  return html`<p class="verdict warn"><strong>Warning:</strong> ${warning}${folded > 0 ? ` It explains ${count(folded, 'failure')}.` : ''}</p>`
})}
<dl class="facts">
<div><dt>Tests</dt><dd>${passed} passed, ${failed} failed, ${notExercised} not exercised</dd></div>
<div><dt>Coverage</dt><dd>${operations.covered} of ${count(operations.total, 'operation')}, ${responses.covered} of ${count(responses.total, 'response')} (${percent(responses)})</dd></div>
<div><dt>Packs</dt><dd>${
    countByPack(report)
      .map(({ pack, ...counts }) => `${pack} ${counts.passed + counts.failed + counts.notExercised}`)
      .join(', ') || 'none'
  }</dd></div>
<div><dt>Hooks</dt><dd>${hooks.join(', ') || 'none'}</dd></div>
<div><dt>Run</dt><dd><time datetime="${startedAt.toISOString()}">${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>, ${(durationMs / 1000).toFixed(1)} s${seed === undefined ? '' : `, seed ${seed}`}</dd></div>
</dl>
</header>`
}

function renderFilter({ contract }: Report): Html {
  return html`<p class="filter"><label for="operation">Operation</label>
<select id="operation" autocomplete="off"><option value="">All operations</option>${contract.operations.map(
    ({ id }) => html`<option value="${id}">${id}</option>`,
  )}</select> <span id="shown" role="status"></span></p>`
}
