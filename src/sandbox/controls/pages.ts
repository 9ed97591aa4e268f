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

/** What the pages of a sandbox say about it. */
export interface PageContext {
  /** The title of the API. */
  title: string
  /** The base URL of its paths. */
  url: string
  hub?: HubLinks | undefined
}

/** Pages of the hub that a sandbox is part of. */
export interface HubLinks {
  home: string
  reference: string
}

interface View {
  title: string
  about: string
  /** The status of the answer that the page replaces. */
  status: number
  body: (answer: unknown, url: URL, page: PageContext) => Html
}

const asJson = 'Programs get this page as JSON.'

/** The pages by the last segment of their path. */
const views: Record<string, View> = {
  '': {
    title: 'Sandbox',
    about: 'It does what production would.',
    status: 404,
    body: (_, __, page) => overview(page),
  },
  seed: { title: 'People', about: asJson, status: 200, body: (answer) => seed(answer as Seed) },
  inbox: { title: 'Mails', about: asJson, status: 200, body: (answer, url) => inbox(answer as Inbox, url) },
}

/** Redirects browsers from the base of a server, where no API has an operation, to the page about it. */
export function redirectToDevPage({ url }: PageContext, controls: string): MiddlewareHandler<Env> {
  return async function redirectToDevPage(c, next) {
    if (c.req.path !== '/' || !wantsHtml(c.req.raw)) return next()
    return respond(c, { status: 302, headers: { Location: `${pathOf(url)}${controls}/` } })
  }
}

/** Turns the answer of a control into a page for browsers. Programs get it unchanged. */
export async function asPage(request: Request, answer: Response, page: PageContext): Promise<Response> {
  const url = new URL(request.url)
  const view = views[url.pathname.replace(/^.*__dev\/?/, '')]
  if (!view || answer.status !== view.status || !wantsHtml(request)) return answer
  const { html: text, policy } = await renderPage(
    `${view.title}: ${page.title}`,
    html`<header>
<h1>${view.title}</h1>
<p>${page.title}, in the sandbox. ${view.about}</p>
<ul class="links">${links(page)}</ul>
</header>
<main>
${view.body(await answer.json(), url, page)}
</main>
${copyStatus}`,
    copyScript,
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

function overview({ url }: PageContext): Html {
  return html`<section class="card">
<h2>Base URL</h2>
<span class="label">The paths of the API follow it</span>
${copyButton(url, 'base URL')}
</section>
${table('Development controls', ['Control, below the base URL', 'What it does'], Object.values(routes).map(controlRow))}
<p>Bodies and answers of the controls are described in <code>openapi/_dev/</code> of the project.</p>`
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
      ? html`<p>Of the last 24 hours, the newest first. Load the page again to see what came since.</p>`
      : html`<p>To ${to} only. <a href="inbox">Show all</a></p>`
  const none = html`<p>There are none yet. Sign up, or ask for a new password, and load this page again.</p>`
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

/** Turns the server's own links into anchors. Anything else in a mail may come from anyone, and stays text. */
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
  const facts = [role, plan && `${plan} plan`, status, emailVerified ? 'verified' : 'not verified']
  return html`<tr>
<td>${name}${email === null ? '' : copyButton(email, `address of ${name}`)}<small>${note}</small></td>
<td>${password === null ? 'no password' : copyButton(password, `password of ${name}`)}${totpSecret && html`<small>Secret for one-time codes</small>${copyButton(totpSecret, `secret of ${name}`)}`}</td>
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
  verifyEmail: 'Mailed, to verify an address',
  resetPassword: 'Mailed, to set a password',
  invitation: 'Invitation',
  oauthState: 'State of an OAuth sign-in',
}

function tokenRow({ purpose, token, state, note }: SeededToken, owner: string) {
  return html`<tr>
<td>${purposes[purpose]}${copyButton(token, `${purposes[purpose]}, ${note}`)}<small>${note}</small></td>
<td>${owner}</td>
<td>${state}</td>
</tr>`
}
