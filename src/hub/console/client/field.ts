import { h } from './dom.ts'

export type Control = HTMLInputElement | HTMLTextAreaElement

/** A control with its label, a description and the problem of its value. */
export interface Field {
  element: HTMLElement
  /** Shows why the value cannot be sent, or removes the problem. */
  setProblem: (text: string) => void
}

/**
 * Creates a field. Screen readers read the description and the problem with the control.
 * @param id unique in the page
 */
export function createField(id: string, label: (Node | string)[], control: Control, about: string): Field {
  const problem = h('p', { class: 'problem', id: `${id}-problem`, 'aria-live': 'polite' })
  control.id = id
  control.setAttribute('aria-describedby', `${id}-problem${about ? ` ${id}-about` : ''}`)
  return {
    element: h(
      'div',
      {},
      h('label', { class: 'field' }, h('span', {}, ...label), control),
      problem,
      ...(about ? [h('small', { id: `${id}-about` }, about)] : []),
    ),
    setProblem(text) {
      problem.textContent = text
      if (text === '') control.removeAttribute('aria-invalid')
      else control.setAttribute('aria-invalid', 'true')
    },
  }
}

/** The attributes of a required control. The browser must not keep the user from sending invalid requests. */
export const requiredState = (isRequired: boolean) => (isRequired ? { 'aria-required': 'true' } : {})

/** Creates an editor for text of several lines. */
export const textArea = (isRequired: boolean): HTMLTextAreaElement =>
  h('textarea', { spellcheck: 'false', autocomplete: 'off', ...requiredState(isRequired) })

/** Sets the text of an editor, and its height to that of the text. */
export function setText(editor: HTMLTextAreaElement, text: string, minRows: number): void {
  editor.value = text
  editor.rows = Math.min(16, Math.max(minRows, text.split('\n').length))
}
