import { headerValue } from '../../../openapi/credentials.ts'
import type { ConsoleContract, ConsoleOperation } from '../contract.ts'
import { createCredentialStore } from './credential-store.ts'
import { h, option } from './dom.ts'
import type { Target } from './request.ts'
import { createSchemeField } from './scheme-field.ts'
import { createSignIn } from './sign-in.ts'

export type Credentials = ReturnType<typeof createCredentials>

/**
 * Creates the part of the form with the credentials of an operation. Keys come from the seed of the sandbox;
 * tokens from the last response that had some.
 */
export function createCredentials(contract: ConsoleContract) {
  const element = h('fieldset')
  const store = createCredentialStore(contract)
  const signInField = createSignIn(store, showAgain)
  let operation: ConsoleOperation | undefined
  let schemes: string[] = []
  let target: Target = contract.servers.sandbox === undefined ? 'mock' : 'sandbox'

  function showAgain(): void {
    if (operation) show(operation, target)
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
      ...schemes.map((name) => createSchemeField(name, contract.schemes[name], store, target)),
      ...(schemes.some((name) => !contract.schemes[name]?.isKey && !isCookie(name)) &&
      contract.servers.sandbox !== undefined
        ? [signInField()]
        : []),
      ...(store.tokens().length > 0 ? [h('p', { class: 'hint' }, rememberedText())] : []),
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
      showAgain()
    })
    return h('label', { class: 'field' }, 'Send with', select)
  }

  const rememberedText = () =>
    `Remembered until you leave this page: ${store
      .tokens()
      .map(({ name }) => name)
      .join(', ')} (${store.origin()}).`

  /** Returns the headers, query parameters or cookies to send. A sandbox has set its cookies itself. */
  function fields(wanted: 'header' | 'query' | 'cookie'): [name: string, value: string][] {
    return schemes.flatMap((scheme): [string, string][] => {
      const declared = contract.schemes[scheme]
      const value = store.valueOf(scheme, target)
      if (declared?.place !== wanted || value === '' || (wanted === 'cookie' && target === 'sandbox'))
        return []
      return [[declared.name, headerValue(declared, value)]]
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
    show,
    fields,
    useCookies,
    tokens: store.tokens,
    async loadSeed(): Promise<void> {
      await store.loadSeed()
      showAgain()
    },
    /** Keeps the tokens and keys of a response for the next calls. */
    remember(text: string, source: string): void {
      store.remember(text, source)
      showAgain()
    },
  }
}
