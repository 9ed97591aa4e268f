import { create, createForm, createLink } from './elements.ts'

interface Credentials {
  email: string
  password: string
}

/** Creates a dialog that asks the user to sign in again, for APIs without refresh tokens. */
export function createQuestion(accounts: (Credentials & { name: string })[]) {
  let open: Promise<Credentials | undefined> | undefined

  const ask = () =>
    new Promise<Credentials | undefined>((resolve) => {
      const title = create('h2', { id: 'question' }, 'Your session has expired')
      const dialog = create('dialog', {}, title)
      dialog.setAttribute('aria-labelledby', title.id)
      const close = (credentials?: Credentials) => {
        resolve(credentials)
        dialog.close()
      }
      const form = createForm({
        fields: [
          { name: 'email', label: 'Email', type: 'email', autocomplete: 'username' },
          { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
        ],
        submit: 'Sign in again',
        run: async () => undefined,
        done: ({ email = '', password = '' }) => close({ email, password }),
      })
      const fill = ({ name, email, password }: Credentials & { name: string }) =>
        createLink(`Use ${name}’s account`, () => {
          for (const input of form.querySelectorAll('input'))
            input.value = input.name === 'email' ? email : password
        })
      dialog.append(
        create('p', {}, 'This API has no refresh tokens. The call waits until you have signed in.'),
        create('div', { className: 'links' }, ...accounts.map(fill)),
        form,
        createLink('Sign out', () => close()),
      )
      // Escape closes the dialog, too.
      dialog.addEventListener('close', () => {
        resolve(undefined)
        dialog.remove()
      })
      document.body.append(dialog)
      dialog.showModal()
    })

  return {
    ask() {
      open = ask().finally(() => {
        open = undefined
      })
      return open
    },
    /** Returns the answer of the user while the dialog is open. */
    pending: () => open,
  }
}
