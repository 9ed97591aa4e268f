import { html } from 'hono/html'
import type { Html } from '../../../ui/page.ts'
import { type PageContext, pathOf } from '../page.ts'

/** The part of the page that shows the session of the chosen user. The script fills and shows it. */
export function sessionPanel({ url, operations }: PageContext): Html {
  const config = { url, path: pathOf(url), ...operations }
  return html`<section id="session" class="card" hidden tabindex="-1" aria-labelledby="session-title" data-config="${JSON.stringify(config)}">
<div class="title"><h2 id="session-title"></h2><button type="button" id="close">Close</button></div>
<p id="session-about"></p>
<div id="credentials"></div>
${operations?.apiKeys ? keysPanel(operations.apiKeys) : ''}
</section>`
}

type ApiKeys = NonNullable<NonNullable<PageContext['operations']>['apiKeys']>

function keysPanel({ about, scopes, hasDescription }: ApiKeys): Html {
  return html`<section id="keys" aria-labelledby="keys-title">
<h3 id="keys-title">Settings &gt; API Keys</h3>
<p>${about}</p>
<div id="key-list"></div>
<p id="keys-problem" class="problem" role="alert" hidden></p>
<div id="new-key" tabindex="-1" hidden></div>
<form id="generate" aria-label="Generate a new API key">
<label>Name <input name="name" required maxlength="255" autocomplete="off"></label>
${hasDescription ? html`<label>Description <input name="description" maxlength="1000" autocomplete="off"></label>` : ''}
<fieldset><legend>Permissions</legend>${scopes.map(
    (scope, index) =>
      html`<label class="choice"><input type="checkbox" name="scopes" value="${scope}"${index === 0 ? html` checked` : ''}> ${scope}</label>`,
  )}</fieldset>
<button>Generate a new API key</button>
</form>
</section>`
}
