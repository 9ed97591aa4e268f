import { api, finishSocialSignIn, startSocialSignIn } from './api.ts'

const main = document.querySelector('main') as HTMLElement
const alert = document.querySelector('[role=alert]') as HTMLElement

const emailField = '<label>Email <input name="email" type="email" required></label>'
const passwordField = '<label>Password <input name="password" type="password" required></label>'

/** Shows a form. Each button with a value runs the action of that name with the values of the form. */
function showForm(
  html: string,
  actions: Record<string, (values: Record<string, string>) => Promise<unknown>>,
) {
  main.innerHTML = `<form>${html}</form>`
  main.querySelector('form')?.addEventListener('submit', async (event) => {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const { value } = event.submitter as HTMLButtonElement
    alert.textContent = ''
    await actions[value]?.(Object.fromEntries(new FormData(form)) as Record<string, string>)
  })
}

/** Shows the message of an error of the API. */
function report(error: { error: { message: string } } | undefined): boolean {
  alert.textContent = error?.error.message ?? ''
  return error !== undefined
}

function showSignIn() {
  showForm(
    `${emailField} ${passwordField} <button value="signIn">Sign in</button>
    <button value="forgot" formnovalidate>Forgot password</button>
    <button value="github" formnovalidate>Continue with GitHub</button> <a href="/sign-up">Sign up</a>`,
    {
      async signIn({ email = '', password = '' }) {
        const { error } = await api.POST('/api/auth/signin', { body: { email, password } })
        if (!report(error)) await showStart()
      },
      async forgot({ email = '' }) {
        const { error } = await api.POST('/api/auth/forgot-password', { body: { email } })
        if (!report(error)) alert.textContent = 'We have sent you a link.'
      },
      github: async () => startSocialSignIn('github'),
    },
  )
}

function showSignUp() {
  showForm(
    `<label>Name <input name="name" required></label> ${emailField} ${passwordField} <button value="signUp">Sign up</button>`,
    {
      async signUp({ name = '', email = '', password = '' }) {
        const body = { name, email, password, organizationName: `${name}'s team` }
        const { error } = await api.POST('/api/auth/signup', { body })
        if (!report(error)) await showStart()
      },
    },
  )
}

function showReset(token: string) {
  showForm(
    '<label>New password <input name="password" type="password" required></label> <button value="save">Save</button>',
    {
      async save({ password = '' }) {
        const { error } = await api.POST('/api/auth/reset-password', {
          body: { token, newPassword: password },
        })
        if (report(error)) return
        history.replaceState(null, '', '/')
        showSignIn()
      },
    },
  )
}

async function showStart() {
  if ((await api.tokens.get()) === undefined) return showSignIn()
  const { data, response } = await api.GET('/api/auth/session')
  if (!data) {
    if (response.status === 401) return showSignIn()
    alert.textContent = 'The server has a problem. Try again later.'
    return
  }
  showForm('<h1></h1><button value="signOut">Sign out</button>', {
    async signOut() {
      await api.POST('/api/auth/signout')
      showSignIn()
    },
  })
  const title = main.querySelector('h1') as HTMLElement
  title.textContent = `Hello ${data.user.name}`
}

await finishSocialSignIn()
if (location.pathname === '/sign-up') showSignUp()
else if (location.pathname === '/reset-password')
  showReset(new URLSearchParams(location.search).get('token') ?? '')
else await showStart()
