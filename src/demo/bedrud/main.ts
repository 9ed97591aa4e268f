import { getUser, signIn, signOut } from './auth.ts'

const app = document.querySelector('#app') ?? document.body
app.innerHTML = `
  <form>
    <label>Email <input name="email" type="email" value="mary.major@example.com" required></label>
    <label>Password <input name="password" type="password" value="harbour lights at nine" required></label>
    <button>Sign in</button>
  </form>
  <p role="status"></p>
  <button id="reload" hidden>Load the user again</button>
  <button id="sign-out" hidden>Sign out</button>`

const find = <Element extends HTMLElement>(selector: string) => app.querySelector(selector) as Element
const [form, status] = [find<HTMLFormElement>('form'), find('[role=status]')]

function show(text: string, isSignedIn: boolean) {
  status.textContent = text
  form.hidden = isSignedIn
  for (const button of ['#reload', '#sign-out']) find(button).hidden = !isSignedIn
}

async function showUser() {
  const { data, error } = await getUser()
  if (data) show(`Hello, ${data.name}`, true)
  else show(error.error, false)
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const values = new FormData(form)
  const { error } = await signIn(String(values.get('email')), String(values.get('password')))
  if (error) show(error.error, false)
  else await showUser()
})
find('#reload').addEventListener('click', showUser)
find('#sign-out').addEventListener('click', async () => {
  await signOut()
  show('Signed out.', false)
})
addEventListener('signed-out', () => show('The session has ended.', false))
