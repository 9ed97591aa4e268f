import { formFields } from '../../../openapi/serialize.ts'
import type { ConsoleBody, ConsoleFile } from '../body.ts'
import type { ConsoleOperation } from '../contract.ts'
import type { ConsoleExample } from '../example.ts'
import { h, option } from './dom.ts'
import { createField, requiredState, setText, textArea } from './field.ts'
import { type Found, withRefreshToken } from './tokens.ts'
import { toText } from './value-text.ts'

/** A body to send, and its media type, which browsers add themselves to multipart bodies. */
export interface FilledBody {
  content?: string | URLSearchParams | FormData | File
  mediaType?: string
}

/**
 * Creates the fields of the body of an operation, in each of its media types.
 * @param tokens the tokens of earlier responses
 */
export function createBody(
  { method, bodies, isBodyRequired, examples }: ConsoleOperation,
  tokens: () => readonly Found[],
) {
  const hasChoice = bodies.length > 1
  const select = h(
    'select',
    {},
    ...bodies.map(({ mediaType, accept }) => option(mediaType, accept ?? mediaType)),
  )
  const editors = bodies.map((body, index) =>
    createEditor(
      body,
      `body-${index}`,
      hasChoice ? (isForm(body) ? 'Fields' : 'Content') : h('code', {}, body.accept ?? body.mediaType),
      isBodyRequired,
    ),
  )
  const current = () => editors[Math.max(0, select.selectedIndex)]
  const shown = h('div', { class: 'fields' })
  const show = () => shown.replaceChildren(...(current()?.elements ?? []))
  select.addEventListener('change', show)
  show()
  const isSent = method !== 'GET' && method !== 'HEAD'

  return {
    element: h(
      'fieldset',
      {},
      h('legend', {}, 'Body'),
      ...(isSent && hasChoice ? [h('label', { class: 'field' }, 'Content type', select)] : []),
      isSent ? shown : h('p', { class: 'hint' }, `Browsers send no body with ${method}.`),
    ),
    fill(chosen: ConsoleExample): void {
      for (const [index, { mediaType }] of bodies.entries()) {
        const value = chosen.bodies[mediaType]
        // The refresh token of the first example is public. A token of this session is more useful.
        editors[index]?.fill(chosen === examples[0] ? withRefreshToken(value, tokens()) : value)
      }
    },
    /** Returns undefined after focusing the field that cannot be sent. */
    read: (): FilledBody | undefined => {
      const editor = current()
      return editor && isSent ? editor.read() : {}
    },
  }
}

/** Creates the fields of a body in one media type. */
function createEditor(body: ConsoleBody, id: string, title: Node | string, isRequired: boolean) {
  const { kind, mediaType, accept = '', files = [] } = body
  const label = [title, isRequired ? ', required' : ', optional']
  if (kind === 'file') {
    const input = fileInput(accept, false, isRequired)
    const read = (): FilledBody => {
      const [content] = input.files ?? []
      if (!content) return {}
      return { content, mediaType: (accept.includes('*') && content.type) || mediaType }
    }
    return { elements: [createField(id, label, input, '').element], fill: () => {}, read }
  }
  const format = kind === 'text' ? 'text' : 'json'
  const editor = textArea(isRequired)
  const field = createField(id, label, editor, hintOf(body))
  const inputs = files.map((file, index) => createFileField(file, `${id}-file-${index}`))
  const check = () => field.setProblem(problemOf(body, editor.value))
  editor.addEventListener('input', check)
  return {
    elements: [field.element, ...inputs.map(({ element }) => element)],
    fill(value: unknown): void {
      setText(editor, toText(value, format), kind === 'multipart' ? 1 : 3)
      check()
    },
    read(): FilledBody | undefined {
      const { value: text } = editor
      const chosen = inputs.flatMap(({ read }) => read())
      if (text.trim() === '' && chosen.length === 0) return {}
      if (!isForm(body)) return { content: text, mediaType }
      if (problemOf(body, text) !== '') {
        editor.focus()
        return undefined
      }
      const fields = formFields(text.trim() === '' ? {} : JSON.parse(text), body.encoding)
      if (kind === 'form') return { content: new URLSearchParams(fields), mediaType }
      const form = new FormData()
      for (const [name, value] of [...fields, ...chosen]) form.append(name, value)
      return { content: form }
    },
  }
}

const isForm = ({ kind }: ConsoleBody): boolean => kind === 'form' || kind === 'multipart'

const hintOf = (body: ConsoleBody): string =>
  isForm(body) ? `The ${body.files ? 'other ' : ''}fields of the form, written as JSON.` : ''

function createFileField({ name, isRequired, isList, accept, description }: ConsoleFile, id: string) {
  const input = fileInput(accept, isList, isRequired)
  const label = [
    h('code', {}, name),
    ` ${isList ? 'files' : 'file'}, ${isRequired ? 'required' : 'optional'}`,
  ]
  return {
    element: createField(id, label, input, description).element,
    read: () => [...(input.files ?? [])].map((file): [name: string, file: File] => [name, file]),
  }
}

const fileInput = (accept: string, isList: boolean, isRequired: boolean): HTMLInputElement =>
  h('input', { type: 'file', accept: accept || undefined, multiple: isList, ...requiredState(isRequired) })

/** Explains why a text is not JSON. Other bodies than forms are sent all the same, as invalid requests. */
function problemOf(body: ConsoleBody, text: string): string {
  if (body.kind === 'text' || text.trim() === '') return ''
  try {
    const value = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isForm(body) && !isObject ? 'Not a JSON object, such as {"name": "value"}.' : ''
  } catch (error) {
    return `Not valid JSON${isForm(body) ? ':' : ', and sent as it is.'} ${(error as Error).message}.`
  }
}
