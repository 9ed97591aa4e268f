import { html } from 'hono/html'
import { copyButton } from '../../../ui/copyable.ts'
import type { Html } from '../../../ui/page.ts'
import { type PageContext, pathOf, type View } from '../page.ts'
import { confirmation } from './action.ts'
import { resetSection, sandboxesSection, snapshotsSection } from './data.ts'
import { failuresSection } from './failures.ts'
import { networkSection } from './network.ts'
import { requestsSection } from './requests.ts'
import { script } from './script.ts'
import { style } from './style.ts'
import { providersSection, rateLimitsSection } from './switches.ts'
import { timeSection } from './time.ts'

export const controlView: View = {
  title: 'Control',
  about:
    'Move its clock, break its network, make operations fail, and keep its data. Buttons act at once, but ask before they discard data.',
  status: 404,
  linksControls: true,
  body: (_, __, context) => renderControl(context),
  script,
  style,
  connect: "'self'",
}

async function renderControl(context: PageContext) {
  const { url, named, readControl } = context
  const state = await readControl()
  return html`<div>
<span class="label">Base URL of the API</span>
${copyButton(url, 'base URL')}
</div>
<div id="control" data-base="${pathOf(url)}/__dev/">
<div>
${timeSection(state)}
${networkSection(state)}
${rateLimitsSection(state)}
${providersSection(state)}
</div>
<div>
${failuresSection(state)}
${snapshotsSection(state)}
${resetSection()}
${sandboxesSection(named.list(), url)}
</div>
</div>
${requestsSection(context, state)}
${confirmation}` satisfies Html
}
