import type { Call } from './calls.ts'
import { create } from './elements.ts'

/** Returns an element that the page of the hub contains. */
export function find<Found extends HTMLElement = HTMLElement>(selector: string): Found {
  const element = document.querySelector<Found>(selector)
  if (!element) throw new Error(`The page has no ${selector}.`)
  return element
}

/**
 * Shows the code of a screen: the declarations of auth.ts with these names.
 * @throws {Error} if auth.ts does not export a name
 */
export function showCode(names: readonly string[]) {
  // A declaration starts at the margin after an empty line.
  const declarations = (find('#auth-code pre code').textContent ?? '').trim().split(/\n\n(?=\S)/)
  const code = names.map((name) => {
    const exported = new RegExp(`^export (?:async )?(?:const|function) ${name}\\b`, 'm')
    const declaration = declarations.find((text) => exported.test(text))
    if (!declaration) throw new Error(`auth.ts exports no ${name}.`)
    return declaration
  })
  find('#step-code').replaceChildren(createCopyable(code.join('\n\n'), 'code of this step'))
}

/** Creates the same element as `copyButton` on the server. */
export function createCopyable(text: string, name: string): HTMLElement {
  return create(
    'div',
    { className: 'copyable' },
    create('pre', { tabIndex: 0 }, create('code', {}, text)),
    create('button', { type: 'button', ariaLabel: `Copy: ${name}` }, 'Copy'),
  )
}

const maxEntries = 50

/** Adds a call to the list, newest first. Equal calls in a row, as of polling, share an entry. */
export function addCall({ method, path, status, milliseconds, note }: Call) {
  const outcome = status === undefined ? 'failed' : String(status)
  const kind = status === undefined ? 'failed' : `s${Math.floor(status / 100)}`
  const key = [outcome, method, path, note].join(' ')
  const latest = find('#calls').querySelector('li')
  const times = latest?.dataset.key === key ? Number(latest.dataset.times) + 1 : 1
  if (times > 1) latest?.remove()
  const entry = create(
    'li',
    {},
    create('span', { className: `status ${kind}` }, outcome),
    create('span', {}, create('strong', {}, method), ' ', create('code', {}, path)),
    create('span', { className: 'soft' }, `${milliseconds} ms${times > 1 ? `, ${times} times` : ''}`),
    ...(note ? [create('span', { className: 'note' }, note)] : []),
  )
  Object.assign(entry.dataset, { key, times })
  addEntry(entry)
}

/** Adds an action of the user to the list. */
export const addNote = (text: string) =>
  addEntry(create('li', {}, create('span', { className: 'note' }, text)))

function addEntry(entry: HTMLLIElement) {
  const list = find('#calls')
  list.prepend(entry)
  while (list.childElementCount > maxEntries) list.lastElementChild?.remove()
  find('#no-calls').hidden = true
}
