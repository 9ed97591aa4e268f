import { html } from 'hono/html'
import type { Html } from '../../../ui/page.ts'
import { actionButton, livePart, section } from './action.ts'
import { formatDuration } from './duration.ts'
import type { ControlState, Lifetime } from './state.ts'

/** The longest step of the clock in seconds, as in the contract. */
export const longestStep = 365 * 86_400

const steps: [label: string, seconds: number][] = [
  ['1 minute', 60],
  ['1 hour', 3600],
  ['1 day', 86_400],
]

export function timeSection({ offsetSeconds, lifetimes }: ControlState): Html {
  return section(
    'Time',
    'Moves the clock of the sandbox, so that tokens, links and limits expire.',
    html`${livePart('time', clock(offsetSeconds), String(offsetSeconds))}
<h3>Expire</h3>
<div class="buttons">${lifetimes.map(expireButton)}</div>
<h3>Advance</h3>
<div class="buttons">${steps.map(([label, seconds]) =>
      actionButton(
        label,
        {
          path: 'clock',
          body: { advanceSeconds: seconds },
          done: `The clock moved on by ${label}.`,
        },
        { name: `Advance by ${label}` },
      ),
    )}</div>
<form data-form="duration">
<label>Duration <input name="duration" placeholder="1h 30m" autocomplete="off" required></label>
<button>Advance</button>
</form>`,
  )
}

function clock(offsetSeconds: number): Html {
  const now = new Date(Date.now() + offsetSeconds * 1000).toISOString()
  const difference =
    offsetSeconds === 0
      ? 'real time'
      : `${formatDuration(offsetSeconds)} ${offsetSeconds > 0 ? 'ahead of' : 'behind'} real time`
  return html`<p class="now"><time datetime="${now}" data-offset="${offsetSeconds}">${now.slice(0, 19).replace('T', ' ')} UTC</time> <span class="count">${difference}</span></p>
${offsetSeconds !== 0 && html`<div class="buttons">${backButton(offsetSeconds)}</div>`}`
}

function backButton(offsetSeconds: number): Html {
  const step = Math.max(-longestStep, Math.min(longestStep, -offsetSeconds))
  return actionButton('Back to real time', {
    path: 'clock',
    body: { advanceSeconds: step },
    done:
      step === -offsetSeconds
        ? 'The clock shows real time again.'
        : 'The clock moved by a year, the longest step.',
  })
}

function expireButton({ name, seconds }: Lifetime): Html {
  return actionButton(
    sentenceCase(name),
    {
      path: 'clock',
      body: { advanceSeconds: seconds + 1 },
      done: `All ${name} issued until now have expired: the clock moved on by ${formatDuration(seconds)}.`,
    },
    { name: `Expire ${name}` },
  )
}

const sentenceCase = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
