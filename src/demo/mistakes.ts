import type { App, Demo } from './demo.ts'
import { createAction } from './elements.ts'
import { addNote } from './panels.ts'
import { advanceClock, failNext } from './sandbox.ts'

/** Creates the buttons that expire the token or session, and make the sign-in fail. */
export function createMistakes<User>(
  app: App,
  { expiry, tokens, user }: Demo<User>,
  base: string,
): HTMLElement[] {
  const mistakes = [
    {
      label: `Expire the ${expiry.what}`,
      async run() {
        if (!(await tokens.get())) return `There is no ${expiry.what} to expire. Sign in first.`
        await advanceClock(base, expiry.seconds)
        addNote(`You moved the clock of the sandbox by ${expiry.label}`)
        return `The ${expiry.what} has expired. Press “${user.loadLabel}” to see what the client does.`
      },
    },
    {
      label: 'Make the next sign-in fail',
      async run() {
        await failNext(base, 'signIn', 503)
        addNote('You asked the sandbox to fail the next sign-in with 503')
        const before = (await tokens.get()) ? 'Sign out, and sign in' : 'Sign in'
        return `The next sign-in gets a 503. ${before} to see it.`
      },
    },
  ]
  return mistakes.map(({ label, run }) => {
    const action = async () => {
      app.announce(await run())
      return undefined
    }
    return createAction({ label, run: action }, () => {})
  })
}
