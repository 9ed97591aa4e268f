import type { ConsoleContract, ConsoleOperation } from '../contract.ts'
import { callOperation } from './call.ts'
import { CallError } from './call-error.ts'
import type { Credentials } from './credentials.ts'
import { announce, h } from './dom.ts'
import { createForm, type Selected } from './form.ts'
import { renderReply } from './response.ts'

/**
 * Creates the description, form and response of an operation.
 * @param onSelect is called when the user selects another server or example
 */
export function createPanel(
  contract: ConsoleContract,
  operation: ConsoleOperation,
  selected: Selected,
  credentials: Credentials,
  onSelect: (selected: Selected) => void,
) {
  const form = createForm(
    operation,
    contract.servers.sandbox !== undefined,
    selected,
    credentials.tokens,
    (next) => {
      credentials.show(operation, next.target)
      onSelect(next)
    },
  )
  credentials.show(operation, selected.target)
  const problem = h('p', { class: 'problem', role: 'alert' })
  const response = h(
    'section',
    { 'aria-label': 'Response', class: 'response' },
    h('p', { class: 'hint' }, 'The response appears here.'),
  )
  const element = h(
    'form',
    { novalidate: true },
    form.element,
    credentials.element,
    h(
      'p',
      { class: 'submit' },
      h('button', { class: 'send' }, 'Send'),
      h('span', { class: 'hint' }, 'Ctrl+Enter or Cmd+Enter sends, too.'),
    ),
    problem,
  )
  let running: AbortController | undefined

  /** Sends the form and shows the response. Aborts a call that has no response yet. */
  async function submit(): Promise<void> {
    running?.abort()
    problem.textContent = ''
    const read = form.read()
    if (!read) return
    const { preference, ...filled } = read
    running = new AbortController()
    const { signal } = running
    response.replaceChildren(h('p', { class: 'hint' }, 'Waiting for the response'))
    const headers = credentials.fields('header')
    if (preference !== '') headers.push(['Prefer', preference])
    try {
      const reply = await callOperation(
        contract,
        operation,
        {
          ...filled,
          headers,
          query: credentials.fields('query'),
          cookies: [...filled.parameters.cookie, ...credentials.fields('cookie')],
          useCookies: credentials.useCookies(),
        },
        signal,
      )
      if (signal.aborted) return
      if (filled.target === 'sandbox' && reply.status < 300)
        credentials.remember(reply.text, `from ${operation.id}`)
      response.replaceChildren(h('h3', {}, 'Response'), ...renderReply(reply, operation))
      announce(`Response ${reply.status}`)
      // Below the form in narrow windows.
      response.scrollIntoView({ block: 'nearest' })
    } catch (error) {
      if (signal.aborted) return
      response.replaceChildren()
      problem.textContent = error instanceof CallError ? error.message : `The console failed: ${error}`
    }
  }
  element.addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })

  return {
    elements: [...aboutOf(operation), h('div', { class: 'work' }, element, response)],
    submit,
    abort: () => running?.abort(),
  }
}

function aboutOf({
  id,
  reference,
  method,
  path,
  summary,
  description,
  isRedirect,
}: ConsoleOperation): HTMLElement[] {
  const redirect = 'This operation redirects. Send it, and open the target in a new tab.'
  return [
    h('h2', { tabindex: '-1' }, summary),
    h('p', { class: 'target' }, h('strong', {}, method), ' ', h('code', {}, path)),
    ...(description ? [h('p', {}, description)] : []),
    ...(isRedirect ? [h('p', { class: 'hint' }, redirect)] : []),
    h('p', { class: 'hint' }, h('code', {}, id), ' · ', h('a', { href: reference }, 'Reference')),
  ]
}
