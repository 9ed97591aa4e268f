import { html } from 'hono/html'
import type { Api } from '../../catalog/api.ts'
import { howToPass } from '../../conformance/world/credentials.ts'
import type { Credential } from '../../openapi/credentials.ts'
import type { Document } from '../../openapi/document.ts'
import { copyButton, copyScript, copyStatus } from '../../ui/copyable.ts'
import { type Html, type Page, renderPage } from '../../ui/page.ts'
import { neededCredentials, testCommand } from './command.ts'
import { script } from './script.ts'
import type { RunSummary } from './summary.ts'

/**
 * Renders the page that runs contract tests.
 * @param url the base URL to suggest
 * @param navigation the links on top of the page
 */
export function renderTests(
  api: Api,
  document: Document,
  run: RunSummary,
  url: string,
  navigation: Html,
): Promise<Page> {
  const { name: variant, server } = api
  const credentials = neededCredentials(api, document)
  return renderPage(
    `Contract tests: ${variant}`,
    html`<header>
<h1>Contract tests</h1>
<p>Tests whether a server keeps the contract of ${variant}: every example, whole flows, invalid and hostile requests. The tests
create and change data, so run them against a test server. The suggested URL is ${server ? 'a sandbox that nothing else uses' : 'that of the mock'}.</p>
</header>
<main id="content" tabindex="-1">
<form class="filters" id="run">
<label>Base URL of the server <input type="url" name="url" value="${run.url ?? url}" required></label>
${credentials.map(credentialField)}
<label class="check"><input type="checkbox" name="readOnly"> Only read</label>
<button>Run the tests</button>
<button type="button" id="stop" hidden>Stop</button>
</form>
<section class="card" aria-label="Latest run">
<p class="verdict" id="verdict" role="status">${run.verdict}</p>
<progress id="progress" aria-label="Progress" hidden></progress>
<p id="report" hidden><a href="/tests/${variant}/report">Open the report</a></p>
</section>
<h2>In a terminal or in CI</h2>
${copyButton(testCommand(api, url), 'command that runs the tests')}
${credentials.length > 0 ? html`<p>Pass the credentials of your server:</p>\n<ul>${credentials.map(credentialItem)}</ul>` : ''}
</main>
${copyStatus}`,
    {
      script: copyScript + script,
      style,
      connect: "'self'",
      navigation,
    },
  )
}

/** A field for a credential. The mock takes any, so that it may stay empty. */
const credentialField = ({ scheme, kind }: Credential): Html =>
  html`<label>${scheme}${kind === 'basic' ? ' (user:password)' : ''} <input type="password" name="credential ${scheme}" autocomplete="off"></label>\n`

const credentialItem = (credential: Credential): Html =>
  html`<li><code>${credential.scheme}</code> ${howToPass(credential)}</li>`

const style = `
.check { display: flex !important; align-items: center; padding-bottom: .55rem }
.verdict { font-size: 1.1rem; font-weight: 600; margin: 0; overflow-wrap: anywhere }
.verdict.good { color: var(--accent) }
.verdict.bad { color: light-dark(#b42318, #fda29b) }
progress { width: 100%; margin-top: .6rem; accent-color: var(--accent) }
#report { margin-top: .6rem }
main > h2 { margin: 1.6rem 0 .5rem }
`
