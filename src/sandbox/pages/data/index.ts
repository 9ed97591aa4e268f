import { html } from 'hono/html'
import type { Data, StoredApiKey, StoredOrganization } from '../../../../generated/_dev/types.ts'
import type { Html } from '../../../ui/page.ts'
import { type PageContext, pathOf, type View } from '../page.ts'
import { table } from '../table.ts'
import { script } from './script.ts'
import { sessionPanel } from './session-panel.ts'
import { style } from './style.ts'
import { dayOf, userRow } from './user-row.ts'

/** The users of a sandbox and their data. Signs in as any of them, and manages API keys. */
export const dataView: View = {
  title: 'Data',
  about: 'Its current users, and everything that belongs to them.',
  status: 200,
  script,
  style,
  connect: "'self'",
  formAction: "'self'",
  body: (data, url, page) => body(data as Data, url, page),
}

function body({ users, organizations, apiKeys, now }: Data, { searchParams }: URL, page: PageContext): Html {
  const filter = searchParams.get('filter') ?? ''
  return html`<form class="filters" role="search" aria-label="Filter the data">
<label>Name, email or id <input type="search" name="filter" value="${filter}" autocomplete="off" maxlength="200"></label>
<button>Filter</button>
<button type="button" id="refresh">Refresh</button>
</form>
<p class="hint">A reset restores the <a href="${pathOf(page.url)}/__dev/seed">test accounts</a>, whose passwords are listed there.
For programs, <code>GET ${pathOf(page.url)}/__dev/data</code> returns JSON.</p>
${sessionPanel(page)}
<div id="data">
${
  users.total === 0
    ? html`<p>${filter === '' ? 'No users yet. Sign up, then refresh.' : 'No user matches the filter.'}</p>`
    : table(
        `Users (${users.total})`,
        ['User', 'Account', 'Data', 'Actions'],
        users.items.map((user) => userRow(user, now)),
      )
}
${table(`Organizations (${organizations.total})`, ['Organization', 'Content', 'Created'], organizations.items.map(organizationRow))}
${table(`API keys without a user (${apiKeys.total})`, ['Key', 'Valid for', 'State'], apiKeys.items.map(keyRow))}
${pages([users, organizations, apiKeys], searchParams)}
</div>`
}

function organizationRow({ id, name, slug, members, projects, createdAt }: StoredOrganization): Html {
  return html`<tr>
<td>${name} <small>${slug}</small><small><code>${id}</code></small></td>
<td>members: ${members}, projects: ${projects}</td>
<td>${dayOf(createdAt)}</td>
</tr>`
}

function keyRow({ name, preview, state, scopes, projectId, environment }: StoredApiKey): Html {
  return html`<tr>
<td>${name} <small><code>${preview}</code></small></td>
<td>${[projectId, environment].filter(Boolean).join(', ')}</td>
<td>${[state, ...scopes].join(', ')}</td>
</tr>`
}

const defaultLimit = 50

/** Links to the previous and the next page, if there is more than one. */
function pages(lists: { total: number; items: unknown[] }[], searchParams: URLSearchParams): Html {
  const limit = Number(searchParams.get('limit') ?? defaultLimit)
  const offset = Number(searchParams.get('offset') ?? 0)
  const total = Math.max(...lists.map((list) => list.total))
  if (offset === 0 && total <= limit) return html``
  const to = (start: number) => {
    const query = new URLSearchParams(searchParams)
    query.set('offset', String(Math.max(0, start)))
    return `data?${query}`
  }
  return html`<nav class="pages" aria-label="Pages of the data">
${offset > 0 ? html`<a href="${to(offset - limit)}">Newer</a>` : ''}
<span>${offset + 1} to ${Math.min(offset + limit, total)} of ${total}</span>
${offset + limit < total ? html`<a href="${to(offset + limit)}">Older</a>` : ''}
</nav>`
}
