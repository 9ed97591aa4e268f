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
  /** The question to ask before a request that discards data. */
  confirm?: string
}

/**
 * Renders a button that sends a request to a control.
 * @param name the name for screen readers, if the label alone is ambiguous
 * @param isPressed the state of a button of a group, of which one is pressed
 */
export function actionButton(
  label: string,
  { method = 'POST', path, body, done, confirm }: Action,
  { name = label, isPressed }: { name?: string; isPressed?: boolean } = {},
): Html {
  // A boolean inside `html` renders nothing.
  const pressed = isPressed === undefined ? '' : html` aria-pressed="${String(isPressed)}"`
  return html`<button type="button" aria-label="${name}" data-method="${method}" data-path="${path}"${body && html` data-body="${JSON.stringify(body)}"`} data-done="${done}"${confirm && html` data-confirm="${confirm}"`}${pressed}>${label}</button>`
}

/**
 * Renders a part of the page that is replaced when it changes.
 * @param version changes with the part, if its HTML differs in each response
 */
export function livePart(id: string, content: Html, version = ''): Html {
  return html`<div id="${id}" data-live="${version}">${content}</div>`
}

/** The dialog that asks before a request that discards data. */
export const confirmation = html`<dialog id="confirmation" aria-labelledby="question">
<p id="question"></p>
<div class="buttons"><button type="button" id="confirm"></button><button type="button" id="cancel" autofocus>Cancel</button></div>
</dialog>`

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
