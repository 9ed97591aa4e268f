import { type Action, type Field, problemOf, type Result, type Values } from './demo.ts'

/** Creates an element. */
export function create<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

/** Creates a place for the error of a call, which screen readers announce. */
function createProblem(text = '') {
  const problem = create('p', { className: 'problem', role: 'alert', hidden: text === '' }, text)
  return {
    problem,
    setProblem(next: string) {
      problem.textContent = next
      problem.hidden = next === ''
    },
  }
}

export interface FormOptions {
  fields: Field[]
  submit: string
  run: (values: Values) => Promise<Result | undefined>
  /** Receives the values and the data of a successful call. */
  done: (values: Values, data: unknown) => void | Promise<void>
  /** Handles an error of the API, or returns false to have it shown. */
  failed?: (values: Values, result: Result) => boolean
  /** A problem to show at first. */
  problem?: string
}

/** Creates a form that sends its values, and shows the error of the API. */
export function createForm({ fields, submit, run, done, failed, problem: first }: FormOptions) {
  const { problem, setProblem } = createProblem(first)
  const button = create('button', { type: 'submit', className: 'primary' }, submit)
  const form = create('form', {}, ...fields.map(createField), problem, button)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))
    setProblem('')
    await whileDisabled(button, async () => {
      const result = await run(values)
      if (!result?.response || result.response.ok) await done(values, result?.data)
      else if (!failed?.(values, result)) setProblem(problemOf(result))
    }).catch((error) => setProblem(explain(error)))
  })
  return form
}

function createField({ name, label, type = 'text', value = '', autocomplete = 'off', hint }: Field) {
  const input = create('input', { name, type, value, autocomplete, required: true })
  return create('label', {}, label, input, ...(hint ? [create('small', {}, hint)] : []))
}

/** Creates a button that runs an action, and shows its error below. */
export function createAction(
  { label, run, onNothing }: Action,
  done: (data: unknown) => void | Promise<void>,
): HTMLElement {
  const { problem, setProblem } = createProblem()
  const button = create('button', { type: 'button' }, label)
  button.addEventListener('click', async () => {
    setProblem('')
    await whileDisabled(button, async () => {
      const result = await run()
      if (!result) setProblem(onNothing ?? '')
      else if (result.response.ok) await done(result.data)
      else setProblem(problemOf(result))
    }).catch((error) => setProblem(explain(error)))
  })
  return create('div', { className: 'action' }, button, problem)
}

/** Creates a button that looks like a link. */
export function createLink(label: string, onClick: () => void): HTMLElement {
  const button = create('button', { type: 'button', className: 'link' }, label)
  button.addEventListener('click', onClick)
  return button
}

async function whileDisabled(button: HTMLButtonElement, task: () => Promise<void>) {
  // Not `disabled`, which would take the focus away.
  if (button.ariaDisabled === 'true') return
  button.ariaDisabled = 'true'
  try {
    await task()
  } finally {
    button.ariaDisabled = null
  }
}

/** Explains an error without a response. */
function explain(error: unknown): string {
  const { name = '', message = '' } = error instanceof Object ? (error as Partial<Error>) : {}
  if (name === 'NotAllowedError') return 'The browser has no passkey for this site, or you cancelled.'
  if (name === 'InvalidStateError') return 'This device already has a passkey of the account.'
  if (name === 'SecurityError')
    return `Passkeys work at http://localhost:${location.port} only. Open the page there.`
  return message || String(error)
}
