import type { ConsoleContract, ConsoleOperation } from '../contract.ts'
import { CallError, callOperation } from './call.ts'
import { createCredentials } from './credentials.ts'
import { announce, byId, h } from './dom.ts'
import { createForm, type Selected } from './form.ts'
import { renderReply } from './response.ts'

const contract: ConsoleContract = JSON.parse(byId('contract').textContent)
const panel = byId('content')
const menu = byId<HTMLDetailsElement>('operations')
const links = [...menu.querySelectorAll<HTMLAnchorElement>('a[data-id]')]
const narrow = matchMedia('(max-width: 56rem)')

/** Sends the form. Replaced when another operation is shown. */
let submit: () => Promise<void> = async () => {}
let running: AbortController | undefined
const credentials = createCredentials(contract, () => {})

/** Shows the operation that the URL names, or else the sign-in. */
function showFromUrl(): void {
  const wanted = new URLSearchParams(location.search)
  const find = (id: string | null) => contract.operations.find((operation) => operation.id === id)
  const operation = find(wanted.get('operation')) ?? find('signIn') ?? contract.operations[0]
  const example =
    operation?.examples.find(({ name }) => name === wanted.get('example')) ?? operation?.examples[0]
  if (!operation || !example) return
  show(operation, { example, target: wanted.get('target') === 'mock' ? 'mock' : 'sandbox' })
}

function show(operation: ConsoleOperation, selected: Selected): void {
  running?.abort()
  for (const link of links) {
    if (link.dataset.id === operation.id) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
  }
  const { id, tag, method, path, summary, description, isRedirect } = operation
  const form = createForm(operation, selected, credentials.tokens, ({ target, example }) => {
    credentials.show(operation, target)
    const url = new URL(location.href)
    url.search = new URLSearchParams({
      operation: id,
      example: example.name,
      ...(target === 'mock' && { target }),
    }).toString()
    history.replaceState(null, '', url)
  })
  credentials.show(operation, selected.target)
  const problem = h('p', { class: 'problem', role: 'alert' })
  const response = h(
    'section',
    { 'aria-label': 'Response', class: 'response' },
    h('p', { class: 'hint' }, 'The response appears here.'),
  )
  const button = h('button', { class: 'send' }, 'Send')
  const element = h(
    'form',
    { novalidate: true },
    form.fields,
    credentials.element,
    h('p', { class: 'submit' }, button, h('span', { class: 'hint' }, 'Ctrl+Enter or Cmd+Enter sends, too.')),
    problem,
  )
  const title = h('h2', { tabindex: '-1' }, summary)
  panel.replaceChildren(
    title,
    h('p', { class: 'target' }, h('strong', {}, method), ' ', h('code', {}, path)),
    ...(description ? [h('p', {}, description)] : []),
    ...(isRedirect
      ? [h('p', { class: 'hint' }, 'This operation redirects. Send it, and open the target in a new tab.')]
      : []),
    h(
      'p',
      { class: 'hint' },
      h('code', {}, id),
      ' · ',
      h('a', { href: `/docs/${contract.variant}/#/${tag}/${id.toLowerCase()}` }, 'Reference'),
    ),
    h('div', { class: 'work' }, element, response),
  )

  submit = async () => {
    running?.abort()
    const controller = new AbortController()
    running = controller
    problem.textContent = ''
    response.replaceChildren(h('p', { class: 'hint' }, 'Waiting for the response'))
    const { preference, ...filled } = form.read()
    try {
      const reply = await callOperation(
        contract,
        operation,
        {
          ...filled,
          headers: [
            ...credentials.headers(),
            ...(preference ? [['Prefer', preference] as [string, string]] : []),
          ],
          useCookies: !credentials.isAnonymous(),
        },
        controller.signal,
      )
      if (controller.signal.aborted) return
      if (filled.target === 'sandbox' && reply.status < 300) credentials.remember(reply.text, `from ${id}`)
      response.replaceChildren(h('h3', {}, 'Response'), ...renderReply(reply, operation))
      announce(`Response ${reply.status}`)
      // Below the form in narrow windows.
      response.scrollIntoView({ block: 'nearest' })
    } catch (error) {
      if (controller.signal.aborted) return
      response.replaceChildren()
      problem.textContent = error instanceof CallError ? error.message : `The console failed: ${error}`
      form.focusEmpty()
    }
  }
  element.addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })
}

menu.addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-id]')
  // Clicks that open a new tab or window are left to the browser.
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  history.pushState(null, '', link.href)
  showFromUrl()
  if (narrow.matches) menu.open = false
  panel.querySelector<HTMLElement>('h2')?.focus()
})
addEventListener('popstate', showFromUrl)
addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
  event.preventDefault()
  submit()
})

byId<HTMLInputElement>('filter').addEventListener('input', ({ target }) => {
  const words = (target as HTMLInputElement).value.toLowerCase().split(/\s+/)
  for (const link of links)
    (link.parentElement as HTMLElement).hidden = !words.every((word) =>
      (link.dataset.text ?? '').toLowerCase().includes(word),
    )
  for (const group of menu.querySelectorAll<HTMLElement>('.group'))
    group.hidden = !group.querySelector('li:not([hidden])')
  byId('no-match').hidden = links.some((link) => !(link.parentElement as HTMLElement).hidden)
})

const adapt = () => {
  menu.open = !narrow.matches
}
narrow.addEventListener('change', adapt)
adapt()
showFromUrl()
credentials.loadSeed()
