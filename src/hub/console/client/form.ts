import type { ConsoleOperation } from '../contract.ts'
import type { ConsoleExample } from '../example.ts'
import { createBody } from './body.ts'
import { h, option } from './dom.ts'
import { createParameters } from './parameters.ts'
import type { Filled, Target } from './request.ts'
import type { Found } from './tokens.ts'

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
  const { examples } = operation
  const target = h(
    'select',
    {},
    ...(hasSandbox
      ? [option('sandbox', 'Sandbox: behaves like production', selected.target === 'sandbox')]
      : []),
    option('mock', 'Mock: returns examples of the contract', selected.target === 'mock'),
  )
  const preference = preferenceSelect(operation)
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
  const parameters = createParameters(operation.parameters)
  const body = createBody(operation, tokens)

  const chosenExample = () => examples.find(({ name }) => name === example.value) ?? selected.example
  const chosenTarget = () => target.value as Target
  const fill = () => {
    parameters.fill(chosenExample().parameters)
    body.fill(chosenExample())
  }
  const showTarget = () => {
    preferenceField.hidden = chosenTarget() !== 'mock'
    parameters.show(chosenTarget())
  }
  const select = () => onSelect({ target: chosenTarget(), example: chosenExample() })
  target.addEventListener('change', () => {
    showTarget()
    select()
  })
  example.addEventListener('change', () => {
    fill()
    select()
  })
  showTarget()
  fill()

  return {
    element: h(
      'div',
      { class: 'fields' },
      h('label', { class: 'field' }, 'Send to', target),
      preferenceField,
      ...(examples.length > 1 ? [h('label', { class: 'field' }, 'Example', example)] : []),
      ...(operation.parameters.length > 0 ? [parameters.element] : []),
      ...(operation.bodies.length > 0 ? [body.element] : []),
    ),
    /** Returns the entered values, or undefined after focusing a field that cannot be sent. */
    read(): (Pick<Filled, 'target' | 'parameters' | 'body'> & { preference: string }) | undefined {
      const texts = parameters.read()
      const filledBody = texts && body.read()
      return (
        filledBody && {
          target: chosenTarget(),
          parameters: texts,
          body: filledBody,
          preference: chosenTarget() === 'mock' ? preference.value : '',
        }
      )
    },
  }
}

/** Creates the select of the header `Prefer`, which chooses the response of the mock. */
const preferenceSelect = ({ responses }: ConsoleOperation): HTMLSelectElement =>
  h(
    'select',
    {},
    option('', 'That of the example, or a success'),
    ...responses.flatMap(({ status, description, examples }) =>
      (examples.length > 0 ? examples : ['']).map((name) =>
        option(
          [`code=${status}`, ...(name ? [`example=${name}`] : [])].join(', '),
          [status, name, !name && description].filter(Boolean).join(' '),
        ),
      ),
    ),
    option('dynamic=true', 'Random values'),
  )
