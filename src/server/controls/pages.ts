import { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { html } from 'hono/html'
import type {
  Inbox,
  Mail,
  Seed,
  SeededApiKey,
  SeededToken,
  SeededUser,
} from '../../../generated/_dev/types.ts'
import { COPYING, copyButton, copyStatus } from '../../page/copyable.ts'
import { type Html, renderPage } from '../../page/page.ts'

/** What can be looked at, by the end of its path. */
const views: Record<string, View> = {
  inbox: { title: 'Mails', body: (answer, url) => inbox(answer as Inbox, url) },
  seed: { title: 'People', body: (answer) => seed(answer as Seed) },
}
type View = { title: string; body: (answer: unknown, url: URL) => Html }

/**
 * Shows an answer to people: to browsers, which ask for HTML before all else. Everybody else gets it as it is.
 * @param name of the API
 */
export async function asPage(request: Request, answer: Response, name: string): Promise<Response> {
  const url = new URL(request.url)
  const view = views[url.pathname.split('/').at(-1) ?? '']
  if (!view || request.method !== 'GET' || answer.status !== 200 || !wantsHtml(request)) return answer
  const { html: page, policy } = await renderPage(
    `${view.title}: ${name}`,
    html`<header>
<h1>${view.title}</h1>
<p>${name}, in the sandbox. Programs get this page as JSON.</p>
<ul class="links"><li><a href="seed">People</a></li><li><a href="inbox">Mails</a></li></ul>
</header>
<main>
${view.body(await answer.json(), url)}
</main>
${copyStatus}`,
    COPYING,
  )
  return new Response(page, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
    },
  })
}

const wantsHtml = (request: Request) =>
  accepts(new Context(request), {
    header: 'Accept',
    supports: ['application/json', 'text/html'],
    default: 'application/json',
  }) === 'text/html'

function inbox({ mails }: Inbox, { searchParams }: URL): Html {
  const to = searchParams.get('to')
  const about =
    to === null
      ? html`<p>Of the last 24 hours, the newest first. Load the page again to see what came since.</p>`
      : html`<p>To ${to} only. <a href="inbox">Show all</a></p>`
  const none = html`<p>There are none yet. Sign up, or ask for a new password, and load this page again.</p>`
  return html`${about}
${mails.length === 0 ? none : html`<ul class="cards">${mails.toReversed().map(mail)}</ul>`}`
}

const mail = ({ to, subject, text, links, tokens, sentAt }: Mail) => html`<li class="card">
<div class="title"><h2>${subject}</h2><span class="count"><time datetime="${sentAt}">${timeOf(sentAt)}</time></span></div>
<p>To <a href="inbox?to=${encodeURIComponent(to)}">${to}</a></p>
<pre class="text">${linked(text, links)}</pre>
${links.filter((link) => !text.includes(link)).map((link) => html`<p>${anchor(link)}</p>`)}
${tokens.map((token) => html`<span class="label">Token</span>${copyButton(token, `token of ${subject}`)}`)}
</li>
`

const timeOf = (instant: string) => `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`

/** What a mail says is anybody's, so only the links that the server made of it lead anywhere. */
function linked(text: string, [link, ...others]: string[]): Html[] {
  if (link === undefined) return [html`${text}`]
  return text
    .split(link)
    .flatMap((part, index) => [...(index > 0 ? [anchor(link)] : []), ...linked(part, others)])
}

const anchor = (link: string): Html =>
  /^https?:\/\//i.test(link)
    ? html`<a href="${link}" target="_blank" rel="noopener noreferrer">${link}</a>`
    : html`${link}`

function seed({ users, apiKeys, tokens }: Seed): Html {
  const emails = new Map(users.map(({ id, email, name }) => [id, email ?? name]))
  const owner = (id: string | null) => (id === null ? '' : (emails.get(id) ?? id))
  return html`<p>Who is there after a reset, whatever has happened since.</p>
${table('People', ['Who', 'Password', 'Account'], users.map(userRow))}
${table(
  'API keys',
  ['Key', 'Whose', 'State'],
  apiKeys.map((key) => keyRow(key, owner(key.userId))),
)}
${table(
  'Tokens',
  ['Token', 'Whose', 'State'],
  tokens.map((token) => tokenRow(token, owner(token.userId))),
)}`
}

const table = (title: string, columns: string[], rows: Html[]): Html =>
  rows.length === 0
    ? html``
    : html`<section class="card"><table>
<caption>${title}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></section>`

const userRow = ({ name, email, password, totpSecret, note, ...account }: SeededUser) => {
  const { role, plan, status, emailVerified } = account
  const facts = [role, plan && `${plan} plan`, status, emailVerified ? 'verified' : 'not verified']
  return html`<tr>
<td>${name}${email === null ? '' : copyButton(email, `address of ${name}`)}<small>${note}</small></td>
<td>${password === null ? 'no password' : copyButton(password, `password of ${name}`)}${totpSecret && html`<small>Secret for one-time codes</small>${copyButton(totpSecret, `secret of ${name}`)}`}</td>
<td>${facts.filter(Boolean).join(', ')}</td>
</tr>`
}

const keyRow = ({ name, key, state, environment, projectId, scopes, note }: SeededApiKey, owner: string) =>
  html`<tr>
<td>${name}${copyButton(key, `key ${name}`)}<small>${note}</small></td>
<td>${owner || [projectId, environment].filter(Boolean).join(', ')}</td>
<td>${[state, ...scopes].join(', ')}</td>
</tr>`

const tokenRow = ({ purpose, token, state }: SeededToken, owner: string) => html`<tr>
<td>${purpose}${copyButton(token, `token for ${purpose}`)}</td>
<td>${owner}</td>
<td>${state}</td>
</tr>`
