import { html } from 'hono/html'
import type { Html } from '../../../ui/page.ts'
import { actionButton, livePart, section } from './action.ts'
import type { ControlState } from './state.ts'

export function rateLimitsSection({ settings: { rateLimits = false } }: ControlState): Html {
  const option = (label: string, isOn: boolean) =>
    actionButton(
      label,
      {
        path: 'settings',
        body: { rateLimits: isOn },
        done: isOn ? 'The rate limits of the API apply.' : 'No rate limit applies.',
      },
      { name: `Rate limits ${label.toLowerCase()}`, isPressed: rateLimits === isOn },
    )
  return section(
    'Rate limits',
    'Whether requests above a limit of the API get 429.',
    livePart('rate-limits', html`<div class="buttons">${option('On', true)}${option('Off', false)}</div>`),
  )
}

const states = {
  available: { label: 'Available', done: 'works' },
  failing: { label: 'Failing', done: 'fails after the consent' },
  unconfigured: { label: 'Not configured', done: 'is not configured' },
} as const

/** Renders nothing if the API has no OAuth providers. */
export function providersSection({ settings: { providers } }: ControlState): Html {
  if (!providers) return html``
  const option = (provider: string, state: keyof typeof states, current: string) =>
    actionButton(
      states[state].label,
      {
        path: 'settings',
        body: { providers: { [provider]: state } },
        done: `Signing in with ${provider} ${states[state].done}.`,
      },
      { name: `${provider}: ${states[state].label.toLowerCase()}`, isPressed: state === current },
    )
  return section(
    'Providers',
    'How the simulated OAuth providers behave.',
    livePart(
      'providers',
      html`${Object.entries(providers).map(
        ([provider, current]) => html`<h3>${provider}</h3>
<div class="buttons">${(['available', 'failing', 'unconfigured'] as const).map((state) => option(provider, state, current))}</div>
`,
      )}`,
    ),
  )
}
