import { setTimeout as sleep } from 'node:timers/promises'
import { NotExercisedError } from '../test-case.ts'
import type { Mail } from './hooks.ts'
import type { Stage } from './stage.ts'

/** How long a mail may take, in milliseconds. */
const patienceMs = 5_000

/**
 * Reads the mails of one test with the hook `latestMail`.
 * @param since mails before this time belong to other tests, in milliseconds since 1970
 */
export function openMailbox(
  { hook }: Pick<Stage, 'hook'>,
  since: number,
): Pick<Stage, 'mailTo' | 'mailedToken'> {
  async function mailTo(email: string, kind?: Mail['kind']): Promise<Mail> {
    const latestMail = hook('latestMail')
    const deadline = Date.now() + patienceMs
    for (;;) {
      const mail = await latestMail({ to: email, since })
      if (mail && (kind === undefined || mail.kind === undefined || mail.kind === kind)) return mail
      if (Date.now() > deadline)
        throw new NotExercisedError(`No mail to ${email} arrived within ${patienceMs / 1000} s.`)
      await sleep(50)
    }
  }

  async function mailedToken(email: string, kind?: Mail['kind']): Promise<string> {
    const { token, text } = await mailTo(email, kind)
    const found = token ?? /[?&#]token=([\w.~%-]+)/.exec(text)?.[1] ?? /\b[\w-]{32,}\b/.exec(text)?.[0]
    if (found === undefined) throw new NotExercisedError(`The mail to ${email} has no token.`)
    return decodeURIComponent(found)
  }

  return { mailTo, mailedToken }
}
