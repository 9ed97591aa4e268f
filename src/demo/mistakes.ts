import type { App, Demo } from './demo.ts'
import { createAction } from './elements.ts'
import { addNote } from './panels.ts'
import { advanceClock, failNext } from './sandbox.ts'

/** Creates the buttons that expire the token and make the sign-in fail. */
export function createMistakes<User>(app: App, { expiry, user }: Demo<User>, base: string): HTMLElement[] {
  const mistakes = [
    {
      label: 'Expire the access token',
      run: () => advanceClock(base, expiry.seconds),
      note: `You moved the clock of the sandbox by ${expiry.label}`,
      result: `The access token has expired. To see the effect, sign in before, and then press “${user.loadLabel}”.`,
    },
    {
      label: 'Make the next sign-in fail',
      run: () => failNext(base, 'signIn', 503),
      note: 'You asked the sandbox to fail the next sign-in with 503',
      result: 'The next sign-in gets a 503. Sign in to see it.',
    },
  ]
  return mistakes.map(({ label, run, note, result }) => {
    const action = async () => {
      await run()
      addNote(note)
      app.announce(result)
      return undefined
    }
    return createAction({ label, run: action }, () => {})
  })
}
