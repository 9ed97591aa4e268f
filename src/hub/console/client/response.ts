import type { SentCode } from '../../../snippets/index.ts'
import type { ConsoleOperation, ConsoleResponse } from '../contract.ts'
import type { Reply } from './call.ts'
import { copyable, h } from './dom.ts'
import { findLinks, isOwnUrl } from './tokens.ts'

/** The code to copy, by property of the log entry. */
const languages = [
  ['curl', 'curl'],
  ['powershell', 'PowerShell'],
  ['fetch', 'fetch'],
  ['client', 'Typed client'],
  ['python', 'Python'],
  ['contractCase', 'Contract case (Arazzo)'],
] as const

let language: keyof SentCode = 'curl'

/** Renders a response with the verdict of the contract, and code that repeats the request. */
export function renderReply(reply: Reply, { responses }: ConsoleOperation): HTMLElement[] {
  const { status, headers, text, durationMs, logged } = reply
  if (status === 0)
    return [
      h('p', {}, 'The response is a redirect, which browsers hide from scripts. The request log is off.'),
    ]
  const about = declarationOf(responses, status)?.description ?? 'Not declared'
  return [
    h(
      'p',
      { class: 'outcome' },
      h('strong', { class: `status s${Math.floor(status / 100)}` }, String(status)),
      ` ${about}`,
      h('span', { class: 'hint' }, `${Math.round(durationMs)} ms · ${new Blob([text]).size} bytes`),
    ),
    ...verdictOf(reply),
    ...linksOf(reply),
    ...(text === ''
      ? [h('p', { class: 'hint' }, 'No body.')]
      : [copyable(readable(text), 'Body of the response')]),
    h(
      'details',
      {},
      h('summary', {}, `Headers (${headers.length})`),
      copyable(headers.map(([name, value]) => `${name}: ${value}`).join('\n'), 'Headers of the response'),
    ),
    ...(logged?.code ? [codeOf(logged.code)] : []),
  ]
}

/** Finds the declaration of a status: its own, that of its range, or the default. */
function declarationOf(responses: ConsoleResponse[], status: number): ConsoleResponse | undefined {
  for (const wanted of [String(status), `${Math.floor(status / 100)}XX`, 'default']) {
    const found = responses.find(({ key }) => key.toUpperCase() === wanted.toUpperCase())
    if (found) return found
  }
  return undefined
}

function verdictOf({ logged }: Reply): HTMLElement[] {
  if (!logged) return [h('p', { class: 'hint' }, 'Not judged: the request log does not have this call.')]
  const { id, violations, verdict, remarks, answeredBy } = logged
  const link = h('a', { href: `/requests#request-${id}` }, 'See it in the request log')
  const notes = [
    ...(answeredBy === 'upstream' ? ['The hub passed this call on to your backend.'] : []),
    ...remarks,
  ].map((text) => h('p', { class: 'hint' }, text))
  if (violations.length === 0) {
    const text = verdict === 'ok' ? 'Request and response keep the contract. ' : ''
    return [h('p', {}, text, link), ...notes]
  }
  return [
    h('p', { class: 'bad' }, 'This call violates the contract. ', link),
    ...notes,
    h(
      'ul',
      { class: 'violations' },
      ...violations.map(({ direction, message, hint }) =>
        h('li', {}, h('strong', {}, direction), `: ${[message, hint].filter(Boolean).join(' ')}`),
      ),
    ),
  ]
}

/** Links to pages of the sandbox, such as a simulated provider, which open in a new tab. */
function linksOf({ status, headers, text }: Reply): HTMLElement[] {
  const locations = headers.filter(([name, value]) => name.toLowerCase() === 'location' && isOwnUrl(value))
  const links = [...locations.map(([name, value]) => ({ name, value })), ...findLinks(text)]
  if (links.length === 0) return []
  const note = status >= 300 && status < 400 ? 'In an app, the browser follows this redirect. ' : ''
  return [
    h(
      'p',
      {},
      note,
      ...links.flatMap(({ name, value }) => [
        h('a', { href: value, target: '_blank', rel: 'noopener' }, `Open ${name} in a new tab`),
        ' ',
      ]),
    ),
  ]
}

function codeOf(code: SentCode): HTMLElement {
  const available = languages.filter(([id]) => code[id] !== undefined)
  if (!available.some(([id]) => id === language)) language = 'curl'
  const shown = h('div')
  const show = () => {
    const label = available.find(([id]) => id === language)?.[1] ?? ''
    shown.replaceChildren(copyable(code[language] ?? '', label))
  }
  const radios = available.map(([id, label]) => {
    const radio = h('input', { type: 'radio', name: 'language', value: id, checked: id === language })
    radio.addEventListener('change', () => {
      language = id
      show()
    })
    return h('label', {}, radio, ` ${label}`)
  })
  show()
  return h(
    'fieldset',
    {},
    h('legend', {}, 'Code of this call, with its secrets'),
    h('div', { class: 'languages' }, ...radios),
    shown,
  )
}

/** Indents JSON. */
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
