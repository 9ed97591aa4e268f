import { html } from 'hono/html'
import { routes } from '../../../generated/_dev/routes.ts'
import { copyButton } from '../../ui/copyable.ts'
import type { Html } from '../../ui/page.ts'
import type { NamedSandbox } from '../isolation/isolate.ts'
import { type PageContext, pathOf, type View } from './page.ts'
import { table } from './table.ts'

export const controlView: View = {
  title: 'Control',
  about: 'It behaves like production, with example users and development controls.',
  status: 404,
  body: (_, __, page) => control(page),
}

function control({ url, named }: PageContext) {
  const sandboxes = named?.list() ?? []
  return html`<section class="card">
<h2>Base URL</h2>
<span class="label">Append the paths of the API</span>
${copyButton(url, 'base URL')}
</section>
${sandboxes.length === 0 ? '' : html`<p>Isolated sandboxes:${sandboxes.map(link)}</p>`}
${table('Development controls', ['Request, relative to the base URL', 'Purpose'], Object.values(routes).map(controlRow))}
<p>The contract of the controls is in the folder <code>openapi/_dev/</code> of the project.</p>`
}

function link({ name, url }: NamedSandbox): Html {
  return html` <a href="${pathOf(url)}/__dev/">${name}</a>`
}

function controlRow({ method, path, summary }: (typeof routes)[keyof typeof routes]) {
  return html`<tr>
<td><code>${method.toUpperCase()} ${method === 'get' ? html`<a href="${path.split('/').at(-1)}">${path}</a>` : path}</code></td>
<td>${summary}</td>
</tr>`
}
