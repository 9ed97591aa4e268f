import { html } from 'hono/html'
import type { Html } from '../../ui/page.ts'
import { type KeywordItem, measureKeywords } from './keyword-coverage.ts'
import { percent, type Report } from './summary.ts'

/** Renders which keywords of the schemas were exercised, grouped by schema. */
export function renderKeywords({ contract, results }: Report): Html {
  const { request, response, items } = measureKeywords(
    contract,
    results.flatMap(({ exchanges }) => exchanges),
  )
  if (items.length === 0) return html``
  const groups = [...Map.groupBy(items, ({ schema, side }) => `${groupOf(schema)} (${side})`)]
    .map(([name, group]) => ({ name, group, missing: group.filter(({ isCovered }) => !isCovered).length }))
    .sort((a, b) => b.missing - a.missing)
  return html`<section aria-labelledby="keywords">
<h2 id="keywords">Keywords of the schemas</h2>
<p>Requests: ${request.covered} of ${request.total} (${percent(request)}). Responses: ${response.covered} of ${response.total} (${percent(response)}).</p>
${groups.map(
  ({ name, group, missing }) =>
    html`<details><summary><code>${name}</code> ${group.length - missing} of ${group.length}</summary>
<div class="scroll" role="region" aria-label="Keywords of ${name}" tabindex="0"><table class="keywords"><thead><tr><th scope="col">Schema</th><th scope="col">Keyword</th><th scope="col">Seen</th></tr></thead><tbody>${group
      .toSorted((a, b) => Number(a.isCovered) - Number(b.isCovered))
      .map(renderItem)}</tbody></table></div></details>`,
)}
</section>`
}

const renderItem = ({ schema, keyword, aspect, isCovered }: KeywordItem): Html =>
  html`<tr><td><code>${withinGroup(schema)}</code></td><td>${keyword}: ${aspect}</td><td><span class="cell ${isCovered ? 'exercised' : 'missing'}" aria-hidden="true">${isCovered ? 'ok' : '–'}</span><span class="hidden">${isCovered ? 'exercised' : 'not exercised'}</span></td></tr>`

/** The component of a schema, or the operation: the first three keys of its pointer. */
const groupOf = (pointer: string): string => readable(keysOf(pointer).slice(0, 3).join('/'))

/** The place in the group as a path of names, such as `user.roles[]`. */
function withinGroup(pointer: string): string {
  const [, ...keys] = keysOf(pointer).slice(2)
  const names = keys.filter((key) => key !== 'properties' && key !== 'schema')
  return readable(names.join('.').replaceAll('.items', '[]')) || '(all)'
}

const keysOf = (pointer: string): string[] => pointer.split('/').slice(1)

const readable = (text: string): string => text.replaceAll('~1', '/').replaceAll('~0', '~')
