import type { ConsoleExample, ConsoleOperation, ConsoleParameter } from '../contract.ts'
import type { Target } from './call.ts'
import { h, option } from './dom.ts'
import { type Found, withRefreshToken } from './tokens.ts'

/** The server and example that the form shows first, from the URL of the page. */
export interface Selected {
  target: Target
  example: ConsoleExample
}

/**
 * Creates the fields of an operation: where to send it, an example that fills them, parameters and body.
 * @param hasSandbox whether the API has a sandbox, and not only a mock
 * @param onSelect is called when the user selects another server or example
 */
export function createForm(
  operation: ConsoleOperation,
  hasSandbox: boolean,
  selected: Selected,
  tokens: () => readonly Found[],
  onSelect: (selected: Selected) => void,
) {
  const { parameters, body, examples, responses } = operation
  const target = h(
    'select',
    {},
    ...(hasSandbox
      ? [option('sandbox', 'Sandbox: behaves like production', selected.target === 'sandbox')]
      : []),
    option('mock', 'Mock: returns examples of the contract', selected.target === 'mock'),
  )
  const preference = h(
    'select',
    {},
    option('', 'That of the example, or a success'),
    ...responses.flatMap(({ status, description, examples: names }) =>
      (names.length > 0 ? names : ['']).map((name) =>
        option(
          [`code=${status}`, ...(name ? [`example=${name}`] : [])].join(', '),
          [status, name, !name && description].filter(Boolean).join(' '),
        ),
      ),
    ),
    option('dynamic=true', 'Random values'),
  )
  const preferenceField = h('label', { class: 'field' }, 'Response of the mock', preference)
  const example = h(
    'select',
    {},
    ...examples.map(({ name, summary, isInvalid }) =>
      option(
        name,
        [name, summary && `: ${summary}`, isInvalid ? ' (violates the contract)' : ''].join(''),
        name === selected.example.name,
      ),
    ),
  )
  const inputs = new Map(
    parameters
      .filter((parameter) => parameter.in !== 'cookie')
      .map((parameter) => [keyOf(parameter), inputOf(parameter)]),
  )
  const editor = h('textarea', {
    'aria-labelledby': 'body-label',
    'aria-describedby': 'body-problem',
    spellcheck: 'false',
    autocomplete: 'off',
  })
  const problem = h('p', { class: 'problem', id: 'body-problem', 'aria-live': 'polite' })

  function fill(chosen: ConsoleExample): void {
    for (const [key, input] of inputs) input.value = chosen.parameters[key] ?? ''
    // The refresh token of the first example is public. A token of this session is more useful.
    const body = chosen === examples[0] ? withRefreshToken(chosen.body, tokens()) : chosen.body
    editor.value = body === undefined ? '' : JSON.stringify(body, null, 2)
    editor.rows = Math.min(16, Math.max(3, editor.value.split('\n').length + 1))
    check()
  }

  function check(): void {
    problem.textContent = problemOf(editor.value)
  }

  const chosenExample = () => examples.find(({ name }) => name === example.value) ?? selected.example
  const select = () => {
    preferenceField.hidden = target.value !== 'mock'
    onSelect({ target: target.value as Target, example: chosenExample() })
  }
  target.addEventListener('change', select)
  example.addEventListener('change', () => {
    fill(chosenExample())
    select()
  })
  editor.addEventListener('input', check)
  preferenceField.hidden = selected.target !== 'mock'
  fill(selected.example)

  const fields = h(
    'div',
    { class: 'fields' },
    h('label', { class: 'field' }, 'Send to', target),
    preferenceField,
    ...(examples.length > 1 ? [h('label', { class: 'field' }, 'Example', example)] : []),
    ...(parameters.length > 0 ? [parametersOf(parameters, inputs)] : []),
    ...(body
      ? [
          h(
            'fieldset',
            {},
            h('legend', {}, 'Body'),
            h(
              'label',
              { class: 'field' },
              h(
                'span',
                { id: 'body-label' },
                h('code', {}, body.mediaType),
                body.isRequired ? ', required' : ', optional',
              ),
              editor,
            ),
            problem,
          ),
        ]
      : []),
  )

  return {
    fields,
    /** Returns the entered values. */
    read: () => ({
      target: target.value as Target,
      parameters: Object.fromEntries([...inputs].map(([key, input]) => [key, input.value])),
      body: editor.value,
      preference: target.value === 'mock' ? preference.value : '',
    }),
    /** Focuses the field of a path parameter without a value. */
    focusEmpty(): void {
      const empty = [...inputs].find(([key, input]) => key.startsWith('path ') && input.value === '')
      empty?.[1].focus()
    },
  }
}

const keyOf = ({ in: place, name }: ConsoleParameter): string => `${place} ${name}`

function inputOf({ name, in: place, isRequired }: ConsoleParameter): HTMLInputElement {
  const id = `${place}-${name}`
  return h('input', {
    id,
    list: `${id}-values`,
    'aria-describedby': `${id}-about`,
    'aria-required': isRequired ? 'true' : undefined,
    autocomplete: 'off',
    spellcheck: 'false',
  })
}

function parametersOf(parameters: ConsoleParameter[], inputs: Map<string, HTMLInputElement>): HTMLElement {
  return h(
    'fieldset',
    {},
    h('legend', {}, 'Parameters'),
    ...parameters.map((parameter) => {
      const { name, in: place, isRequired, description, values } = parameter
      const input = inputs.get(keyOf(parameter))
      const label = h('span', {}, h('code', {}, name), ` ${place}, ${isRequired ? 'required' : 'optional'}`)
      const about = h('small', { id: `${place}-${name}-about` }, description)
      if (!input)
        return h('p', { class: 'hint' }, label, '. The browser sends this cookie if a sign-in has set it.')
      return h(
        'div',
        {},
        h('label', { class: 'field' }, label, input),
        h('datalist', { id: `${place}-${name}-values` }, ...values.map((value) => option(value, value))),
        about,
      )
    }),
  )
}

/** Explains why a body is not JSON. */
function problemOf(text: string): string {
  if (text.trim() === '') return ''
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    return `Not valid JSON, and sent as it is. ${(error as Error).message}.`
  }
}
