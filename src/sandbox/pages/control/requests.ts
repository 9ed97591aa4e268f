import { html } from 'hono/html'
import { routes } from '../../../../generated/_dev/routes.ts'
import { copyButton } from '../../../ui/copyable.ts'
import type { Html } from '../../../ui/page.ts'
import type { PageContext } from '../page.ts'
import type { ControlState } from './state.ts'

type ControlRoute = (typeof routes)[keyof typeof routes]

/** Returns the bodies of the controls that need one. */
const bodiesFor = (user: string | undefined): Record<string, object> => ({
  advanceClock: { advanceSeconds: 3600 },
  updateSettings: { rateLimits: true },
  signInAs: { user },
  injectFault: { operationId: 'signIn', status: 503, times: 2 },
  decideConsent: { consent: '<state>', decision: 'approve', account: 'new@example.org' },
})

/** Renders all controls as requests, for scripts and tests. */
export function requestsSection({ url, hub }: PageContext, { user }: ControlState): Html {
  const bodies = bodiesFor(user)
  return html`<details class="card" id="requests">
<summary>As HTTP requests</summary>
<p>Tests and scripts use the same controls. ${
    hub
      ? html`See the <a href="${hub.controls}">reference of the development controls</a>.`
      : html`Their contract is in the folder <code>openapi/_dev/</code> of the project.`
  }</p>
${Object.values(routes).map((route) => requestOf(route, url, bodies[route.operationId]))}
</details>`
}

function requestOf({ method, path, summary }: ControlRoute, url: string, body: object | undefined): Html {
  const parts = [
    'curl',
    ...(method === 'get' ? [] : [`-X ${method.toUpperCase()}`]),
    `${url}${path.replace('{name}', 'one')}`,
    ...(body ? ["-H 'Content-Type: application/json'", `-d '${JSON.stringify(body)}'`] : []),
  ]
  return html`<span class="label"><code>${method.toUpperCase()} ${path}</code> ${summary}</span>
${copyButton(parts.join(' '), summary)}
`
}
