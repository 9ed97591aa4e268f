import { html } from 'hono/html'
import type { Inbox, Mail } from '../../../generated/_dev/types.ts'
import { copyButton } from '../../ui/copyable.ts'
import type { Html } from '../../ui/page.ts'
import { inboxScript, inboxStyle } from './inbox-script.ts'
import type { View } from './page.ts'

export const inboxView: View = {
  title: 'Inbox',
  about:
    'Mails appear here as soon as the API sends them. Clients that do not accept HTML get the mails in JSON.',
  status: 200,
  body: (data, url, { name }) =>
    renderInbox(renderMails((data as Inbox).mails, name), {
      events: `${url.pathname.replace(/^.*\//, '')}/events`,
      to: url.searchParams.get('to') ?? '',
    }),
  script: inboxScript,
  style: inboxStyle,
  connect: "'self'",
}

export interface InboxOptions {
  /** The URL of the events. */
  events: string
  /** Shows only mails to recipients with this text. */
  to: string
  /** Fields of the filter, in addition to the recipient. */
  filters?: Html
}

/** Renders the filter and the list of mails. The page needs `inboxScript` and `inboxStyle`. */
export function renderInbox(mails: Html, { events, to, filters }: InboxOptions): Html {
  return html`<form class="filters" role="search" aria-label="Filter mails">
<label>Recipient <input type="search" name="to" value="${to}" placeholder="you@example.com" autocomplete="off"></label>
${filters}</form>
<p class="state"><span id="connection">Connecting</span> · <span id="count"></span></p>
<p id="empty" hidden></p>
<ul class="cards" id="mails" data-events="${events}">${mails}</ul>`
}

/**
 * Renders mails as items of the list, newest first.
 * @param api the name of the API that sent them
 */
export function renderMails(mails: Mail[], api: string): Html {
  return html`${mails.toReversed().map((mail) => renderMail(mail, api))}`
}

function renderMail({ to, subject, text, html: content, links, tokens, sentAt }: Mail, api: string) {
  return html`<li class="card" data-api="${api}" data-to="${to}" data-sent="${sentAt}">
<div class="title"><h2>${subject}</h2><span class="count">${api} · <time datetime="${sentAt}">${timeOf(sentAt)}</time></span></div>
<p>To ${to}</p>
<pre class="text">${linked(text, links)}</pre>
${links.filter((link) => !text.includes(link)).map((link) => html`<p>${anchor(link)}</p>`)}
${links.map((link) => html`<span class="label">Link</span>${copyButton(link, `link of ${subject}`)}`)}
${tokens.map((token) => html`<span class="label">Token</span>${copyButton(token, `token of ${subject}`)}`)}
<details><summary>As HTML</summary>
<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="${subject}" loading="lazy" srcdoc="${documentOf(content)}"></iframe>
</details>
</li>
`
}

/** The HTML of a mail comes from templates with escaped names. The frame runs no script in any case. */
const documentOf = (content: string) =>
  `<!doctype html><html lang="en"><head><meta name="color-scheme" content="light dark"><base target="_blank"></head><body>${content}</body></html>`

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
