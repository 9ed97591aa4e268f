import { html } from 'hono/html'
import type { Inbox, Mail } from '../../../generated/_dev/types.ts'
import { copyButton } from '../../ui/copyable.ts'
import type { Html } from '../../ui/page.ts'
import type { View } from './page.ts'

export const inboxView: View = {
  title: 'Inbox',
  about: 'Clients that do not accept HTML get this data in JSON.',
  status: 200,
  body: (data, url) => inbox(data as Inbox, url),
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
