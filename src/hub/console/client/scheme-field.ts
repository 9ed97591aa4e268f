import type { ConsoleScheme } from '../contract.ts'
import type { CredentialStore } from './credential-store.ts'
import { h, option } from './dom.ts'
import type { Target } from './request.ts'

/** Creates the field of one credential, with the known values to choose from. */
export function createSchemeField(
  name: string,
  scheme: ConsoleScheme | undefined,
  store: CredentialStore,
  target: Target,
): HTMLElement {
  if (scheme === undefined || scheme.place === 'connection')
    return h('p', { class: 'hint' }, `${name}: the mock does not check it.`)
  const { place, name: field, kind, prefix, isKey, description } = scheme
  if (place === 'cookie' && target === 'sandbox')
    return h('p', { class: 'hint' }, `${name}: call a sign-in operation first, which sets this cookie.`)
  const sources = store.sourcesOf(name)
  const current = store.valueOf(name, target)
  const about = [kind === 'basic' ? 'User name and password, with a colon between them.' : '', description]
    .filter(Boolean)
    .join(' ')
  const id = `credential-${name}`
  const input = h('input', {
    name: `credential ${name}`,
    value: current,
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': about ? id : undefined,
  })
  const hasToken = isKey || store.tokens().length > 0 || target === 'mock'
  const select = h(
    'select',
    { 'aria-label': `Source of ${name}` },
    option('', hasToken ? 'Other value' : 'Sign in below, or enter a token'),
    ...sources.map(({ value, label }) => option(value, label, value === current)),
  )
  select.addEventListener('change', () => {
    input.value = select.value
    store.enter(name, select.value)
  })
  input.addEventListener('input', () => {
    store.enter(name, input.value)
    select.value = sources.some(({ value }) => value === input.value) ? input.value : ''
  })
  const written = { query: `?${field}=…`, cookie: `Cookie: ${field}=…`, header: `${field}: ${prefix}…` }[
    place
  ]
  return h(
    'div',
    { class: 'scheme' },
    h('label', { class: 'field' }, h('span', {}, `${name}, sent as `, h('code', {}, written)), input),
    ...(sources.length > 0 ? [select] : []),
    h('small', { id }, about),
  )
}
