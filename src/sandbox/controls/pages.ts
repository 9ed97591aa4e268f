import type { MiddlewareHandler } from 'hono'
import { html } from 'hono/html'
import { routes } from '../../../generated/_dev/routes.ts'
import type {
  Inbox,
  Mail,
  Seed,
  SeededApiKey,
  SeededToken,
  SeededUser,
} from '../../../generated/_dev/types.ts'
import type { Env } from '../../http/env.ts'
import { respond } from '../../http/reply.ts'
import { copyButton, copyScript, copyStatus } from '../../ui/copyable.ts'
import { type Html, renderPage } from '../../ui/page.ts'
import { wantsHtml } from '../../ui/wants-html.ts'
import type { NamedSandbox, NamedSandboxes } from '../isolation/isolate.ts'

/** Data for the pages of a sandbox. */
export interface PageContext {
  /** The title of the API. */
  title: string
  /** The base URL of its paths. */
  url: string
  hub?: HubPages | undefined
  named?: Pick<NamedSandboxes, 'list'>
}

/** URLs of the hub's pages about an API. Pages of its sandbox link to them. */
export interface HubPages {
  home: string
  reference: string
}

interface View {
  title: string
  about: string
  /** The status of the response that the page replaces. */
  status: number
  body: (data: unknown, url: URL, page: PageContext) => Html
}

const asJson = 'Clients that do not accept HTML get this data in JSON.'

/** The pages, by the last segment of their path. */
const views: Record<string, View> = {
  '': {
    title: 'Sandbox',
    about: 'It behaves like production, with example users and development controls.',
    status: 404,
    body: (_, __, page) => overview(page),
  },
  seed: { title: 'Test accounts', about: asJson, status: 200, body: (data) => seed(data as Seed) },
  inbox: { title: 'Inbox', about: asJson, status: 200, body: (data, url) => inbox(data as Inbox, url) },
}

/** Redirects browsers from the root of a server to its overview page. No API has an operation at the root. */
export function redirectToDevPage({ url }: PageContext, controls: string): MiddlewareHandler<Env> {
  return async function redirectToDevPage(c, next) {
    if (c.req.path !== '/' || !wantsHtml(c.req.raw)) return next()
    return respond(c, { status: 302, headers: { Location: `${pathOf(url)}${controls}/` } })
  }
}

/** Renders the response of a control as a page for browsers. Other clients get the response unchanged. */
export async function asPage(request: Request, response: Response, page: PageContext): Promise<Response> {
  const url = new URL(request.url)
  const view = views[url.pathname.replace(/^.*__dev\/?/, '')]
  if (!view || response.status !== view.status || !wantsHtml(request)) return response
  const { html: text, policy } = await renderPage(
    `${view.title}: ${page.title}`,
    html`<header>
<h1>${view.title}</h1>
<p>Sandbox of ${page.title}. ${view.about}</p>
<ul class="links">${links(page)}</ul>
</header>
<main>
${view.body(await response.json(), url, page)}
</main>
${copyStatus}`,
    { script: copyScript },
  )
  return new Response(text, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
    },
  })
}

const pathOf = (url: string) => new URL(url).pathname.replace(/\/$/, '')

function links({ url, hub }: PageContext): Html[] {
  const base = `${pathOf(url)}/__dev`
  return [
    ...(hub
      ? [html`<li><a href="${hub.home}">All APIs</a></li><li><a href="${hub.reference}">Reference</a></li>`]
      : []),
    ...Object.entries(views).map(
      ([path, { title }]) => html`<li><a href="${base}/${path}">${title}</a></li>`,
    ),
  ]
}

function overview({ url, named }: PageContext): Html {
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

function inbox({ mails }: Inbox, { searchParams }: URL): Html {
  const to = searchParams.get('to')
  const about =
    to === null
      ? html`<p>Mails of the last 24 hours, newest first. Reload the page to see new mails.</p>`
      : html`<p>Only mails to ${to}. <a href="inbox">Show all</a></p>`
  const none = html`<p>No mails yet. Sign up or request a password reset, then reload this page.</p>`
  return html`${about}
${mails.length === 0 ? none : html`<ul class="cards">${mails.toReversed().map(mail)}</ul>`}`
}

function mail({ to, subject, text, links, tokens, sentAt }: Mail) {
  return html`<li class="card">
<div class="title"><h2>${subject}</h2><span class="count"><time datetime="${sentAt}">${timeOf(sentAt)}</time></span></div>
<p>To <a href="inbox?to=${encodeURIComponent(to)}">${to}</a></p>
<pre class="text">${linked(text, links)}</pre>
${links.filter((link) => !text.includes(link)).map((link) => html`<p>${anchor(link)}</p>`)}
${tokens.map((token) => html`<span class="label">Token</span>${copyButton(token, `token of ${subject}`)}`)}
</li>
`
}

const timeOf = (instant: string) => `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`

/** Turns links of the server into anchors. All other text may come from an attacker and is not linked. */
function linked(text: string, [link, ...others]: string[]): Html[] {
  if (link === undefined) return [html`${text}`]
  return text
    .split(link)
    .flatMap((part, index) => [...(index > 0 ? [anchor(link)] : []), ...linked(part, others)])
}

function anchor(link: string): Html {
  return /^https?:\/\//i.test(link)
    ? html`<a href="${link}" target="_blank" rel="noopener noreferrer">${link}</a>`
    : html`${link}`
}

function seed({ users, apiKeys, tokens }: Seed): Html {
  const emails = new Map(users.map(({ id, email, name }) => [id, email ?? name]))
  const owner = (id: string | null) => (id === null ? '' : (emails.get(id) ?? id))
  return html`<p>A reset restores this data. Changes made since are not shown.</p>
${table('Users', ['User', 'Password', 'Account'], users.map(userRow))}
${table(
  'API keys',
  ['Key', 'Owner', 'State'],
  apiKeys.map((key) => keyRow(key, owner(key.userId))),
)}
${table(
  'Tokens',
  ['Token', 'Owner', 'State'],
  tokens.map((token) => tokenRow(token, owner(token.userId))),
)}`
}

function table(title: string, columns: string[], rows: Html[]): Html {
  return rows.length === 0
    ? html``
    : html`<section class="card"><table>
<caption>${title}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></section>`
}

function userRow({ name, email, password, totpSecret, note, ...account }: SeededUser) {
  const { role, plan, status, emailVerified } = account
  const facts = [
    role,
    plan && `${plan} plan`,
    status,
    emailVerified ? 'email verified' : 'email not verified',
  ]
  return html`<tr>
<td>${name}${email === null ? '' : copyButton(email, `email of ${name}`)}<small>${note}</small></td>
<td>${password === null ? 'no password' : copyButton(password, `password of ${name}`)}${totpSecret && html`<small>TOTP secret</small>${copyButton(totpSecret, `TOTP secret of ${name}`)}`}</td>
<td>${facts.filter(Boolean).join(', ')}</td>
</tr>`
}

function keyRow({ name, key, state, environment, projectId, scopes, note }: SeededApiKey, owner: string) {
  return html`<tr>
<td>${name}${copyButton(key, `key ${name}`)}<small>${note}</small></td>
<td>${owner || [projectId, environment].filter(Boolean).join(', ')}</td>
<td>${[state, ...scopes].join(', ')}</td>
</tr>`
}

const purposes: Record<SeededToken['purpose'], string> = {
  session: 'Session token',
  refresh: 'Refresh token',
  verifyEmail: 'Email verification token',
  resetPassword: 'Password reset token',
  invitation: 'Invitation token',
  oauthState: 'OAuth state',
}

function tokenRow({ purpose, token, state, note }: SeededToken, owner: string) {
  return html`<tr>
<td>${purposes[purpose]}${copyButton(token, `${purposes[purpose]}, ${note}`)}<small>${note}</small></td>
<td>${owner}</td>
<td>${state}</td>
</tr>`
}
