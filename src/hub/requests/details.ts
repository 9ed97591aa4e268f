import { html } from 'hono/html'
import { copyButton } from '../../ui/copyable.ts'
import type { Html } from '../../ui/page.ts'
import type { Details } from './view.ts'

/** Renders what opening an entry shows. */
export function renderDetails(details: Details, showSecrets: boolean): Html {
  const { violations, remarks, request, response, code, method, path, status } = details
  return html`${violations.length > 0 && violationList(violations)}
${remarks.map((remark) => html`<p>${remark}</p>`)}
<div class="pair">
${message('Request', `${method} ${path}`, request)}
${message('Response', status === 0 ? 'Connection reset' : String(status), response)}
</div>
<h2>Copy the request</h2>
${code && !showSecrets && html`<p class="label">Secrets are masked. Show them to copy code that repeats the request.</p>`}
${code ? codeOf(code) : html`<p>No code: the log does not have the whole body, or the body is not text as its media type says.</p>`}`
}

const violationList = (violations: Details['violations']) => html`<h2>Violations</h2>
<ul class="violations">
${violations.map(
  ({
    direction,
    check,
    message,
    pointer,
    hint,
  }) => html`<li><strong>${direction}</strong>: ${message}${hint && ` ${hint}`}
<span class="label">Check <code>${check}</code>${pointer && html`, schema path <code>${pointer}</code>`}</span></li>
`,
)}
</ul>`

function message(title: string, start: string, { headers, body }: Details['request']): Html {
  const head = headers.map(([name, value]) => `${name}: ${value}`)
  return html`<div><h2>${title}</h2>
<pre class="text" tabindex="0" aria-label="${title}: headers"><code>${[start, ...head].join('\n')}</code></pre>
${body && html`<pre class="text" tabindex="0" aria-label="${title}: body"><code>${bodyText(body)}</code></pre>`}
${body?.isCut && html`<p class="label">The body is longer. The log keeps only its beginning.</p>`}
</div>`
}

/** JSON is indented for reading; other bodies are shown unchanged. */
function bodyText({ text, isCut }: NonNullable<Details['request']['body']>): string {
  if (text === '') return '(binary data)'
  if (isCut) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

const codeOf = ({ curl, powershell, fetch, client, python, contractCase }: NonNullable<Details['code']>) =>
  [
    ['curl', curl],
    ['PowerShell', powershell],
    ['fetch', fetch],
    ['typed client', client],
    ['Python', python],
    ['contract case (Arazzo)', contractCase],
  ].map(
    ([name = '', text]) =>
      text !== undefined &&
      html`<span class="label">${name}</span>
${copyButton(text, name)}
`,
  )
