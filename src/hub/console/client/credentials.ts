import type { Seed, SeededUser } from '../../../../generated/_dev/types.ts'
import type { ConsoleContract, ConsoleOperation } from '../contract.ts'
import { createSession, readSeed } from './controls.ts'
import { announce, h, option } from './dom.ts'
import type { Target } from './request.ts'
import { accessTokenOf, type Found, findKeys, findTokens, prefixOf } from './tokens.ts'

export type Credentials = ReturnType<typeof createCredentials>

/**
 * Creates the part of the form with the credentials of an operation. Keys come from the seed of the sandbox;
 * tokens from the last response that had some.
 */
export function createCredentials(contract: ConsoleContract) {
  const element = h('fieldset')
  const values: Record<string, string> = {}
  const createdKeys: string[] = []
  let seed: Seed | undefined
  let tokens: Found[] = []
  let origin = ''
  let operation: ConsoleOperation | undefined
  let schemes: string[] = []
  let target: Target = contract.servers.sandbox === undefined ? 'mock' : 'sandbox'
  let userId = ''

  async function loadSeed(): Promise<void> {
    if (contract.servers.sandbox === undefined) return
    seed = await readSeed(contract.variant)
    if (operation) show(operation, target)
  }

  const keysFor = (example: string) => [
    ...(seed?.apiKeys ?? [])
      .filter(({ key }) => prefixOf(key) === prefixOf(example))
      .toSorted((a, b) => Number(b.state === 'active') - Number(a.state === 'active'))
      .map(({ key, name, note, state }) => ({
        value: key,
        label: [`${name}${state === 'active' ? '' : ` (${state})`}`, note].filter(Boolean).join(': '),
      })),
    ...createdKeys
      .filter((key) => prefixOf(key) === prefixOf(example))
      .map((key) => ({ value: key, label: 'Key of an earlier response' })),
  ]

  function sourcesOf(name: string): { value: string; label: string }[] {
    const { isKey, example = '' } = contract.schemes[name] ?? {}
    if (isCookie(name)) return []
    if (isKey) return keysFor(example)
    const token = accessTokenOf(tokens)
    return [
      ...(token === undefined ? [] : [{ value: token, label: origin }]),
      { value: example, label: 'Example of the contract, for the mock' },
    ]
  }

  /** Shows the credentials of an operation. */
  function show(next: ConsoleOperation, nextTarget: Target): void {
    if (next !== operation) schemes = next.security[0] ?? []
    operation = next
    target = nextTarget
    const controls = () => [...element.querySelectorAll<HTMLElement>('input, select, button')]
    const focused = controls().indexOf(document.activeElement as HTMLElement)
    element.replaceChildren(
      h('legend', {}, 'Credentials'),
      ...(next.security.some((names) => names.length > 0)
        ? [alternativesField(next)]
        : [h('p', { class: 'hint' }, 'This operation needs no credentials.')]),
      ...schemes.map(schemeField),
      ...(schemes.some((name) => !contract.schemes[name]?.isKey && !isCookie(name)) &&
      contract.servers.sandbox !== undefined
        ? [signInField()]
        : []),
      ...(tokens.length > 0 ? [h('p', { class: 'hint' }, rememberedText())] : []),
      ...(Object.keys(contract.schemes).some(isCookie) ? [h('p', { class: 'hint' }, cookiesText())] : []),
    )
    controls()[focused]?.focus()
  }

  function alternativesField({ security }: ConsoleOperation): HTMLElement {
    const alternatives = [...security.filter((names) => names.length > 0), []]
    const select = h(
      'select',
      {},
      ...alternatives.map((names, index) =>
        option(String(index), names.join(' and ') || 'No credentials', names.join() === schemes.join()),
      ),
    )
    select.addEventListener('change', () => {
      schemes = alternatives[Number(select.value)] ?? []
      if (operation) show(operation, target)
    })
    return h('label', { class: 'field' }, 'Send with', select)
  }

  function schemeField(name: string): HTMLElement {
    const { place, name: field = '', prefix = '', isKey, description = '' } = contract.schemes[name] ?? {}
    if (place === undefined || place === 'connection')
      return h('p', { class: 'hint' }, `${name}: the mock does not check it.`)
    if (isCookie(name) && target === 'sandbox')
      return h('p', { class: 'hint' }, `${name}: call a sign-in operation first, which sets this cookie.`)
    const sources = sourcesOf(name)
    const current = credentialFor(name)
    const input = h('input', {
      name: `credential ${name}`,
      value: current,
      autocomplete: 'off',
      spellcheck: 'false',
    })
    const select = h(
      'select',
      { 'aria-label': `Source of ${name}` },
      option(
        '',
        isKey || tokens.length > 0 || target === 'mock' ? 'Other value' : 'Sign in below, or enter a token',
      ),
      ...sources.map(({ value, label }) => option(value, label, value === current)),
    )
    select.addEventListener('change', () => {
      input.value = select.value
      values[name] = select.value
    })
    input.addEventListener('input', () => {
      values[name] = input.value
      select.value = sources.some(({ value }) => value === input.value) ? input.value : ''
    })
    return h(
      'div',
      { class: 'scheme' },
      h(
        'label',
        { class: 'field' },
        h(
          'span',
          {},
          `${name}, sent as `,
          h(
            'code',
            {},
            { query: `?${field}=…`, cookie: `Cookie: ${field}=…`, header: `${field}: ${prefix}…` }[place],
          ),
        ),
        input,
      ),
      ...(sources.length > 0 ? [select] : []),
      h('small', {}, description),
    )
  }

  function signInField(): HTMLElement {
    const users = seed?.users ?? []
    const select = h(
      'select',
      {},
      ...users.map(({ id, name, note }) => option(id, note ? `${name}: ${note}` : name, id === userId)),
    )
    const button = h('button', { type: 'button' }, 'Sign in')
    const problem = h('p', { class: 'problem', role: 'alert' })
    button.addEventListener('click', async () => {
      const user = users.find(({ id }) => id === select.value)
      if (!user) return
      userId = user.id
      problem.textContent = ''
      await signIn(user).catch((error: Error) => {
        problem.textContent = error.message
      })
    })
    return h(
      'div',
      { class: 'sign-in' },
      h('label', { class: 'field' }, 'Sign in as', select),
      button,
      problem,
    )
  }

  /** @throws {CallError} if the rules of the API refuse the user */
  async function signIn({ id, name }: SeededUser): Promise<void> {
    const { body } = await createSession(contract.variant, id)
    remember(JSON.stringify(body), `${name}, signed in`)
    announce(`Signed in as ${name}`)
  }

  /** Keeps the tokens and keys of a response for the next calls. */
  function remember(text: string, source: string): void {
    const found = findTokens(text)
    for (const { isKey, example } of Object.values(contract.schemes))
      if (isKey)
        createdKeys.push(
          ...findKeys(text, example).filter(
            (key) => !createdKeys.includes(key) && !seed?.apiKeys.some((seeded) => seeded.key === key),
          ),
        )
    if (accessTokenOf(found) !== undefined) {
      tokens = found
      origin = source
      for (const [name, { isKey }] of Object.entries(contract.schemes)) if (!isKey) delete values[name]
    }
    if (operation) show(operation, target)
  }

  /** The value to send: the entered one, else a seeded key, or the token of the last sign-in. */
  function credentialFor(name: string): string {
    const { isKey, example = '' } = contract.schemes[name] ?? {}
    const entered = values[name]
    if (entered !== undefined) return entered
    if (isCookie(name)) return example
    if (isKey) return keysFor(example)[0]?.value ?? example
    // The mock accepts the tokens of the examples. The sandbox does not.
    return accessTokenOf(tokens) ?? (target === 'mock' ? example : '')
  }

  const rememberedText = () =>
    `Remembered until you leave this page: ${tokens.map(({ name }) => name).join(', ')} (${origin}).`

  /** Returns the headers, query parameters or cookies to send. A sandbox has set its cookies itself. */
  function fields(wanted: 'header' | 'query' | 'cookie'): [name: string, value: string][] {
    return schemes.flatMap((scheme): [string, string][] => {
      const { place, name = '', prefix = '' } = contract.schemes[scheme] ?? {}
      const value = credentialFor(scheme)
      if (place !== wanted || value === '' || (wanted === 'cookie' && target === 'sandbox')) return []
      return [[name, prefix + (prefix === 'Basic ' ? toBase64(value) : value)]]
    })
  }

  const isCookie = (name: string) => contract.schemes[name]?.place === 'cookie'

  /**
   * Whether the browser sends and keeps cookies. Where cookies are credentials, only if they are chosen.
   * Elsewhere they connect the steps of a sign-in, unless the user chose to send no credentials.
   */
  function useCookies(): boolean {
    const names = (operation?.security ?? []).flat()
    if (names.some(isCookie)) return schemes.some(isCookie)
    return names.length === 0 || schemes.length > 0
  }

  const cookiesText = () =>
    useCookies()
      ? 'Cookies: sent and kept, because a sign-in and its next steps use them.'
      : 'Cookies: not sent, and not kept.'

  return {
    element,
    loadSeed,
    show,
    remember,
    fields,
    useCookies,
    tokens: (): readonly Found[] => tokens,
  }
}

/** Encodes user and password (RFC 7617, section 2.1: UTF-8). */
const toBase64 = (text: string): string => btoa(String.fromCodePoint(...new TextEncoder().encode(text)))
