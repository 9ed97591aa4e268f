import { encodeCookie, type Fields, parameterFields } from '../../../openapi/serialize.ts'
import type { ConsoleParameter, TextFormat } from '../parameter.ts'
import { h, option } from './dom.ts'
import { createField, requiredState, setText, textArea } from './field.ts'
import type { Target } from './request.ts'
import { readText, toText } from './value-text.ts'

/** The texts of parameters by location. Only cookies are percent-encoded. Empty ones are left out. */
export type ParameterTexts = Record<ConsoleParameter['in'], Fields>

/** Creates the fields of the parameters of an operation. */
export function createParameters(parameters: ConsoleParameter[]) {
  const entries = parameters.map((parameter, index) => createEntry(parameter, `parameter-${index}`))
  let isMock = false

  return {
    element: h('fieldset', {}, h('legend', {}, 'Parameters'), ...entries.map(({ element }) => element)),
    /** @param values by location and name */
    fill(values: Record<string, unknown>): void {
      for (const { parameter, fill } of entries) fill(values[`${parameter.in} ${parameter.name}`])
    },
    /** Shows the fields that the page can send to a server. */
    show(target: Target): void {
      isMock = target === 'mock'
      for (const { show } of entries) show(isMock)
    },
    /** Returns undefined after focusing the first field whose value cannot be sent. */
    read(): ParameterTexts | undefined {
      const texts: ParameterTexts = { path: [], query: [], header: [], cookie: [] }
      const results = entries
        .filter(({ canSend }) => canSend(isMock))
        .map((entry) => ({ entry, fields: entry.read() }))
      const invalid = results.find(({ fields }) => fields === undefined)
      invalid?.entry.focus()
      for (const { entry, fields = [] } of results) texts[entry.parameter.in].push(...fields)
      texts.cookie = texts.cookie.map(([name, text]) => [name, encodeCookie(text)])
      return invalid ? undefined : texts
    },
  }
}

function createEntry(parameter: ConsoleParameter, id: string) {
  const { name, in: location, isRequired, description, format, values } = parameter
  const label = [h('code', {}, name), ` ${location}, ${isRequired ? 'required' : 'optional'}`]
  const control =
    format === 'text'
      ? h('input', {
          list: values.length > 0 ? `${id}-values` : undefined,
          autocomplete: 'off',
          spellcheck: 'false',
          ...requiredState(isRequired),
        })
      : textArea(isRequired)
  const about = [description, hints[format], choicesOf(parameter)].filter(Boolean).join(' ')
  const field = createField(id, label, control, about)
  const note = h(
    'p',
    { class: 'hint' },
    ...label.map((part) => (typeof part === 'string' ? part : part.cloneNode(true))),
    `. ${noteOf(parameter)}`,
  )
  const canSend = (isMock: boolean) => (location === 'cookie' ? isMock : isSettable(parameter))
  if (values.length > 0 && format === 'text')
    field.element.append(
      h('datalist', { id: `${id}-values` }, ...values.map((value) => option(value, value))),
    )
  control.addEventListener('input', () => {
    const read = readText(control.value, format)
    field.setProblem('problem' in read ? read.problem : '')
  })

  return {
    parameter,
    element: h('div', {}, field.element, note),
    canSend,
    focus: () => control.focus(),
    fill(value: unknown): void {
      const text = toText(value, format)
      if (control instanceof HTMLTextAreaElement) setText(control, text, 1)
      else control.value = text
      field.setProblem('')
    },
    show(isMock: boolean): void {
      field.element.hidden = !canSend(isMock)
      note.hidden = canSend(isMock)
    },
    /** Returns the fields to send, or undefined after showing why the text cannot be sent. */
    read(): Fields | undefined {
      const read = readText(control.value, format)
      const fields =
        'problem' in read || read.value === undefined ? [] : parameterFields(parameter, read.value)
      const isMissing = location === 'path' && (fields[0]?.[1] ?? '') === ''
      const problem = 'problem' in read ? read.problem : isMissing ? `Enter the path parameter ${name}.` : ''
      field.setProblem(problem)
      return problem === '' ? fields : undefined
    },
  }
}

const hints: Record<TextFormat, string> = {
  text: '',
  list: 'One value per line, or a JSON list.',
  json: 'Written as JSON.',
  any: 'Text, or an object or list in JSON.',
}

/** Lists have no menu of values. */
const choicesOf = ({ format, values }: ConsoleParameter): string =>
  format === 'list' && values.length > 0 ? `Values: ${values.join(', ')}.` : ''

const noteOf = ({ in: location }: ConsoleParameter): string =>
  location === 'cookie'
    ? 'The browser sends this cookie if a sign-in has set it.'
    : 'Browsers do not let pages set this header.'

/** Browsers drop headers that they set themselves, such as `Cookie` (Fetch, forbidden request-header). */
function isSettable({ in: place, name }: ConsoleParameter): boolean {
  if (place !== 'header') return true
  try {
    return new Request(location.href, { headers: { [name]: 'value' } }).headers.has(name)
  } catch {
    return false
  }
}
