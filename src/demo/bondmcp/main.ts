import { listModels, signIn, signOut } from './auth.ts'

const app = document.querySelector('#app') ?? document.body
app.innerHTML = `
  <form>
    <label>Email <input name="email" type="email" value="mary@example.org" required></label>
    <label>Password <input name="password" type="password" value="sunrise-over-water-4" required></label>
    <button>Sign in</button>
  </form>
  <p role="status"></p>
  <button id="reload" hidden>List the models again</button>
  <button id="sign-out" hidden>Sign out</button>`

const find = <Element extends HTMLElement>(selector: string) => app.querySelector(selector) as Element
const [form, status] = [find<HTMLFormElement>('form'), find('[role=status]')]

function show(text: string, isSignedIn: boolean) {
  status.textContent = text
  form.hidden = isSignedIn
  for (const button of ['#reload', '#sign-out']) find(button).hidden = !isSignedIn
}

async function showUser() {
  const { data, error } = await listModels()
  if (data) show(`Hello, these models are yours: ${data.models.map(({ name }) => name).join(', ')}`, true)
  else show(error.error.message, false)
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const values = new FormData(form)
  const { error } = await signIn(String(values.get('email')), String(values.get('password')))
  if (error) show(error.error.message, false)
  else await showUser()
})
find('#reload').addEventListener('click', showUser)
find('#sign-out').addEventListener('click', async () => {
  await signOut()
  show('Signed out.', false)
})
addEventListener('signed-out', () => show('The session has ended.', false))
