import type { CredentialStore } from './credential-store.ts'
import { announce, h, option } from './dom.ts'

/**
 * Creates the field that signs in a user of the sandbox.
 * @param onSignIn is called after the store has the tokens
 */
export function createSignIn(store: CredentialStore, onSignIn: () => void) {
  let userId = ''

  return (): HTMLElement => {
    const users = store.users()
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
      try {
        await store.signIn(user)
        onSignIn()
        announce(`Signed in as ${user.name}`)
      } catch (error) {
        problem.textContent = (error as Error).message
      }
    })
    return h(
      'div',
      { class: 'sign-in' },
      h('label', { class: 'field' }, 'Sign in as', select),
      button,
      problem,
    )
  }
}
