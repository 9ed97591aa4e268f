import { recordCalls } from './calls.ts'
import { type App, type Demo, problemOf, type Result, type Screen } from './demo.ts'
import { create } from './elements.ts'
import { createMistakes } from './mistakes.ts'
import { addCall, find, showCode } from './panels.ts'
import { signInScreen, userScreen } from './screens.ts'
import { createQuestion } from './session-question.ts'

/** Runs the demo of an API in its page of the hub. */
export function startDemo<User>(demo: Demo<User>): void {
  const root = find('#app')
  const base = root.dataset.sandbox ?? ''
  recordCalls(base, demo.expiry.renewalPath, addCall)
  const question = createQuestion(demo.accounts)
  demo.whenExpired?.(question.ask)

  const app: App = {
    show({ heading, code, content }: Screen) {
      const title = create('h2', { tabIndex: -1 }, heading)
      const isFirst = !root.querySelector('h2')
      root.replaceChildren(title, ...content)
      showCode(code)
      app.announce('')
      if (!isFirst) title.focus()
    },
    announce(text) {
      find('#result').textContent = text
    },
    showSignIn: (problem, email) => app.show(signInScreen(app, demo, problem, email)),
    async showUser(announcement = '') {
      const result = await loadUser()
      if (!result.response.ok || result.data === undefined) return app.showSignIn(problemOf(result))
      app.show(await userScreen(app, demo, result.data, loadUser))
      app.announce(announcement)
    },
  }

  /** Loads the user. The client waits 10 seconds for a new sign-in, but the user may take longer. */
  async function loadUser(): Promise<Result<User>> {
    try {
      return await demo.user.load()
    } catch (error) {
      const answer = question.pending()
      if (!answer) throw error
      await answer
      return loadUser()
    }
  }

  // The next action outdates an announcement, such as that the sign-in is going to fail.
  root.addEventListener('submit', () => app.announce(''), { capture: true })
  root.addEventListener(
    'click',
    ({ target }) => {
      if ((target as Element).closest('.action button')) app.announce('')
    },
    { capture: true },
  )
  addEventListener('signed-out', () => app.showSignIn('The session has ended. Sign in again.'))
  find('#mistakes').replaceChildren(...createMistakes(app, demo, base))
  void begin(app, demo)
}

async function begin<User>(app: App, demo: Demo<User>) {
  const problem = await demo.start?.()
  if (await demo.tokens.get()) await app.showUser(problem)
  else app.showSignIn(problem)
}
