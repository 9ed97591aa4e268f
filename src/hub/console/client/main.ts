import type { ConsoleContract, ConsoleOperation } from '../contract.ts'
import { createCredentials } from './credentials.ts'
import { byId, h } from './dom.ts'
import type { Selected } from './form.ts'
import { createPanel } from './panel.ts'

const contract: ConsoleContract = JSON.parse(byId('contract').textContent)
const content = byId('content')
const menu = byId<HTMLDetailsElement>('operations')
const links = [...menu.querySelectorAll<HTMLAnchorElement>('a[data-id]')]
const narrow = matchMedia('(max-width: 56rem)')

const credentials = createCredentials(contract)
let panel: ReturnType<typeof createPanel> | undefined

/** Shows the operation that the URL names, or else the sign-in. */
function showFromUrl(): void {
  const wanted = new URLSearchParams(location.search)
  const find = (id: string | null) => contract.operations.find((operation) => operation.id === id)
  const operation = find(wanted.get('operation')) ?? find('signIn') ?? contract.operations[0]
  const example =
    operation?.examples.find(({ name }) => name === wanted.get('example')) ?? operation?.examples[0]
  if (!operation || !example) return
  const isMock = wanted.get('target') === 'mock' || contract.servers.sandbox === undefined
  const target = isMock ? 'mock' : 'sandbox'
  const shown = { operation: operation.id, example: example.name, target }
  const unknown = Object.entries(shown).flatMap(([name, value]) => {
    const given = wanted.get(name)
    return given === null || given === value ? [] : [`${name} ${JSON.stringify(given)}`]
  })
  show(operation, { example, target }, unknown)
}

/** @param unknown the values of the URL that do not exist, for a notice */
function show(operation: ConsoleOperation, selected: Selected, unknown: string[]): void {
  panel?.abort()
  for (const link of links) {
    if (link.dataset.id === operation.id) {
      link.setAttribute('aria-current', 'true')
      link.scrollIntoView({ block: 'nearest' })
    } else link.removeAttribute('aria-current')
  }
  const text = `The URL has an unknown ${unknown.join(' and an unknown ')}. The form has the default instead.`
  const notice = h('p', { class: 'problem', role: 'alert' }, text)
  panel = createPanel(contract, operation, selected, credentials, ({ target, example }) => {
    const query = { operation: operation.id, example: example.name, ...(target === 'mock' && { target }) }
    history.replaceState(null, '', `?${new URLSearchParams(query)}`)
    notice.remove()
  })
  content.replaceChildren(...(unknown.length > 0 ? [notice] : []), ...panel.elements)
}

menu.addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-id]')
  // Clicks that open a new tab or window are left to the browser.
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  history.pushState(null, '', link.href)
  showFromUrl()
  if (narrow.matches) menu.open = false
  content.querySelector<HTMLElement>('h2')?.focus()
})
addEventListener('popstate', showFromUrl)
addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
  event.preventDefault()
  panel?.submit()
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
