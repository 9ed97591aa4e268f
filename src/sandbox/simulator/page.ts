import { html, raw } from 'hono/html'
import { type ProviderName, rejectionAt, type SimulatedAccount } from './accounts.ts'
import type { Consent } from './consents.ts'
import { type Choice, choices } from './outcomes.ts'

const titles: Record<ProviderName, string> = { google: 'Google', github: 'GitHub', twitter: 'X (Twitter)' }
const accents: Record<ProviderName, string> = { google: '#1a73e8', github: '#1f883d', twitter: '#536471' }

/** The page has no script, so CSS shows that an entered email takes precedence over the list. */
const typedEmailSelector = 'input[type=email]:not(:placeholder-shown)'

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f3f4f6, #111418); }
  main { box-sizing: border-box; width: min(30rem, 100vw); padding: 1rem 1.75rem; border-radius: 1rem;
    background: light-dark(#fff, #1d2127); border-top: .4rem solid var(--accent); box-shadow: 0 1rem 3rem #0003; }
  h1 { margin: 0 0 .25rem; font-size: 1.4rem; }
  p { margin: 0 0 .75rem; color: light-dark(#4b5563, #a8b0bb); overflow-wrap: anywhere; }
  fieldset { margin: 0 0 .9rem; padding: 0; border: 0; display: grid; gap: .4rem; }
  legend { padding: 0; margin-bottom: .35rem; font-weight: 600; }
  summary { cursor: pointer; }
  details .account { margin-top: .4rem; }
  .account { display: flex; gap: .75rem; align-items: center; padding: .3rem .75rem; border-radius: .6rem;
    border: 1px solid light-dark(#d1d5db, #3b424c); cursor: pointer; }
  .account > span { flex: 1; min-width: 0; overflow-wrap: anywhere; }
  .account input[type=radio] { accent-color: var(--accent); margin: 0; }
  .account:has(:checked), form:has(${typedEmailSelector}) .other { border-color: var(--accent); outline: 1px solid var(--accent); }
  form:has(${typedEmailSelector}) .account { opacity: .45; pointer-events: none; border-color: light-dark(#d1d5db, #3b424c); outline: 0; }
  form:has(${typedEmailSelector}) .account input { visibility: hidden; }
  form:not(:has(${typedEmailSelector})) .typed { display: none; }
  .other { padding: .4rem .75rem .6rem; border-radius: .6rem; border: 1px solid light-dark(#d1d5db, #3b424c); }
  .other label, .provider label { display: block; }
  .provider { grid-template-columns: 1fr 9rem; }
  .provider legend { grid-column: 1 / -1; }
  select { box-sizing: border-box; width: 100%; margin-top: .15rem; padding: .4rem .5rem; font: inherit; border-radius: .4rem; color: inherit;
    background: light-dark(#fff, #1d2127); border: 1px solid light-dark(#d1d5db, #3b424c); }
  @media (max-width: 26rem) { .provider { grid-template-columns: 1fr; } main { padding-inline: 1.25rem; } }
  .problem { flex: 1 0 100%; box-sizing: border-box; margin: 0; padding: .6rem .75rem; border-radius: .6rem; color: inherit; background: light-dark(#fee2e2, #4c1d1d); }
  nav { margin-top: .5rem; font-size: .875rem; text-align: center; }
  a { color: light-dark(#4b5563, #a8b0bb); }
  img { width: 2.25rem; height: 2.25rem; border-radius: 50%; }
  small { display: block; color: light-dark(#6b7280, #98a1ad); }
  input[type=email] { box-sizing: border-box; width: 100%; padding: .4rem .5rem; font: inherit; border-radius: .4rem; color: inherit;
    background: light-dark(#fff, #1d2127); border: 1px solid light-dark(#d1d5db, #3b424c); }
  .buttons { display: flex; flex-wrap: wrap; gap: .75rem; justify-content: flex-end; }
  button { font: inherit; padding: .55rem 1.4rem; border-radius: .5rem; border: 1px solid light-dark(#d1d5db, #3b424c);
    background: none; color: inherit; cursor: pointer; }
  button[value=allow] { background: var(--accent); border-color: var(--accent); color: #fff; }
  :focus-visible { outline: 3px solid color-mix(in srgb, var(--accent) 60%, transparent); outline-offset: 2px; }
`

/**
 * Renders a page of the simulator.
 * @param home the URL of a page to link to
 */
function frame(title: string, accent: string, body: unknown, home: string | undefined) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${raw(style)} :root { --accent: ${raw(accent)} }</style>
</head>
<body><main>${body}${home && html`<nav><a href="${home}">All APIs</a></nav>`}</main></body>
</html>`
}

/** The input of a rejected form and its error message. */
export interface RejectedInput {
  problem: string
  email: string
  choice: Choice
  delaySeconds: number
}

/** The seconds that a provider can wait before it redirects. */
export const delays = [0, 2, 5, 15]

/**
 * Renders the consent page. Its form sends `decision` (`allow` or `deny`), `account` (a subject), `email`,
 * `outcome` and `delay` (seconds). An email takes precedence over the account, because one account is always
 * selected.
 */
export function renderConsentPage(
  { id, provider, redirectUri, scope }: Consent,
  accounts: SimulatedAccount[],
  { url, home }: { url: string; home: string | undefined },
  { problem, email, choice, delaySeconds }: RejectedInput = {
    problem: '',
    email: '',
    choice: 'signIn',
    delaySeconds: 0,
  },
) {
  const accepted = accounts.filter((account) => rejectionAt(provider, account) === undefined)
  const rejected = accounts.filter((account) => !accepted.includes(account))
  return frame(
    `Sign in with ${titles[provider]} (simulated)`,
    accents[provider],
    html`<h1>Sign in with ${titles[provider]}</h1>
<p>This page simulates ${titles[provider]}. No data leaves this machine. <strong>${new URL(redirectUri).host}</strong>
requests ${scope ? html`the scope <em>${scope}</em>` : 'no scope'}.</p>
<form method="post" action="${url}/consents/${id}">
<fieldset>
<legend>Choose an account</legend>
${accepted.map((account, index) => accountChoice(account, account.note, { url, isChecked: index === 0 }))}
${
  rejected.length > 0 &&
  html`<details>
<summary>Accounts that the API rejects (${rejected.length})</summary>
${rejected.map((account) => accountChoice(account, rejectionAt(provider, account), { url }))}
</details>`
}
<div class="other">
<label>Another email address
<input type="email" name="email" value="${email}" placeholder="you@example.com" autocomplete="off"${email && raw(' autofocus')}></label>
<small class="typed">You will sign in with this email address. Clear it to choose an account from the list.</small>
</div>
</fieldset>
<fieldset class="provider">
<legend>What the provider does</legend>
<label>After Allow <select name="outcome">
${(Object.keys(choices) as Choice[]).map((value) => option(value, choices[value], choice))}
</select></label>
<label>Delay <select name="delay">
${delays.map((seconds) => option(String(seconds), seconds === 0 ? 'none' : `${seconds} seconds`, String(delaySeconds)))}
</select></label>
</fieldset>
<div class="buttons">
${problem && html`<p class="problem" role="alert">${problem}</p>`}
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny" formnovalidate>Deny</button>
</div>
</form>`,
    home,
  )
}

function accountChoice(
  account: SimulatedAccount,
  note: string | undefined,
  { url, isChecked = false }: { url: string; isChecked?: boolean },
) {
  const about = [account.email, note].filter(Boolean).join(', ')
  return html`<label class="account">
<input type="radio" name="account" value="${account.subject}"${isChecked ? raw(' checked') : ''}>
<img src="${drawnPictureOf(account, url)}" alt="">
<span>${account.name}<small>${about}</small></span>
</label>`
}

function option(value: string, label: string, selected: string) {
  return html`<option value="${value}"${value === selected ? raw(' selected') : ''}>${label}</option>`
}

/** Renders an error page, for requests that must not be redirected. */
export function renderErrorPage(reason: string, home: string | undefined) {
  return frame('Sign-in failed', '#b91c1c', html`<h1>Sign-in failed</h1><p>${reason}</p>`, home)
}

export function pictureOf(account: SimulatedAccount, base: string) {
  return account.picture ?? drawnPictureOf(account, base)
}

/**
 * Returns the URL of a generated picture. The consent page shows no others, so it loads nothing from other
 * hosts.
 */
function drawnPictureOf({ name }: SimulatedAccount, base: string) {
  return `${base}/pictures/${encodeURIComponent(initials(name))}`
}

function initials(name: string) {
  return name
    .split(/\s+/)
    .map((word) => /\p{L}/u.exec(word)?.[0].toUpperCase() ?? '')
    .join('')
    .slice(0, 2)
}

export function drawPicture(letters: string) {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="#64748b"/>
<text x="48" y="62" font-family="sans-serif" font-size="40" text-anchor="middle" fill="#fff">${letters.slice(0, 2)}</text></svg>`
}
