import { create } from './elements.ts'
import { find } from './panels.ts'

/** Creates a link to the inbox of the sandbox. It opens a new tab, so the page keeps its state. */
export function createInboxLink(): HTMLElement {
  const href = find('#app').dataset.inbox ?? ''
  return create('a', { href, target: '_blank', rel: 'noopener' }, 'Open the inbox')
}
