import { html } from 'hono/html'
import type { Html } from '../../ui/page.ts'

/** Renders a table with a caption, or nothing without rows. */
export function table(title: string, columns: string[], rows: Html[]): Html {
  return rows.length === 0
    ? html``
    : html`<section class="card"><table>
<caption>${title}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></section>`
}
