type Attributes = Record<string, string | boolean | undefined>

/** Creates an element. An attribute that is false or undefined is left out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value)
  element.append(...children)
  return element
}

/** Returns the element with that id, which the page contains. */
export function byId<Type extends HTMLElement>(id: string): Type {
  const element = document.getElementById(id)
  if (!element) throw new Error(`The page has no element #${id}.`)
  return element as Type
}

/** Creates an option of a list. */
export const option = (value: string, label: string, isSelected = false): HTMLOptionElement =>
  h('option', { value, selected: isSelected }, label)

/** Creates a text with a button that copies it, as the other pages of the hub have it. */
export const copyable = (text: string, name: string): HTMLElement =>
  h(
    'div',
    { class: 'copyable' },
    h('pre', { tabindex: '0', role: 'group', 'aria-label': name }, h('code', {}, text)),
    h('button', { type: 'button', 'aria-label': `Copy: ${name}` }, 'Copy'),
  )

/** Announces a text to screen readers. */
export function announce(text: string): void {
  const status = document.querySelector('.hidden[role=status]')
  if (status) status.textContent = text
}
