import { html } from 'hono/html'
import type { Html } from '../../../ui/page.ts'

/** A request to a control. */
export interface Action {
  /** POST by default. */
  method?: 'POST' | 'DELETE'
  /** The path below `/__dev/`. */
  path: string
  body?: object
  /** The sentence that says what the request has done. */
  done: string
}

/**
 * Renders a button that sends a request to a control.
 * @param name the name for screen readers, if the label alone is ambiguous
 * @param isPressed the state of a button of a group, of which one is pressed
 */
export function actionButton(
  label: string,
  { method = 'POST', path, body, done }: Action,
  { name = label, isPressed }: { name?: string; isPressed?: boolean } = {},
): Html {
  // A boolean inside `html` renders nothing.
  const pressed = isPressed === undefined ? '' : html` aria-pressed="${String(isPressed)}"`
  return html`<button type="button" aria-label="${name}" data-method="${method}" data-path="${path}"${body && html` data-body="${JSON.stringify(body)}"`} data-done="${done}"${pressed}>${label}</button>`
}

/** Renders a part of the page that is replaced after each action. */
export function livePart(id: string, content: Html): Html {
  return html`<div id="${id}" data-live>${content}</div>`
}

/** Renders a section of the page. */
export function section(title: string, about: string, content: Html): Html {
  const id = `section-${title.toLowerCase().replaceAll(' ', '-')}`
  return html`<section class="card" aria-labelledby="${id}">
<h2 id="${id}" tabindex="-1">${title}</h2>
<p>${about}</p>
${content}
</section>
`
}
