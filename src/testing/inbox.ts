import type { Mail } from '../../generated/_dev/types.ts'
import { sleep } from '../common/sleep.ts'
import { UserError } from '../common/user-error.ts'
import { type Connection, resultOf } from './connection.ts'

export type { Mail }

export interface MailQuery {
  /** Waits for a mail of this kind. Any kind by default. */
  kind?: Mail['kind']
  /** Waits for a newer mail than this one. */
  after?: Pick<Mail, 'id'>
  /** How long to wait, in milliseconds. 5000 by default. */
  timeoutMs?: number
}

/** The inbox of a sandbox, which receives all of its mails. */
export interface TestInbox {
  /**
   * Returns the latest mail to an email, and waits for it.
   * @throws {UserError} if no such mail arrives in time. The message lists the mails of the inbox.
   * @example
   * const { tokens } = await sandbox.inbox.latest('ada@example.org', { kind: 'resetPassword' })
   */
  latest: (to: string, query?: MailQuery) => Promise<Mail>
  /**
   * Returns the mails of the last 24 hours, newest last.
   * @param to returns only mails to this email
   */
  list: (to?: string) => Promise<Mail[]>
}

const pollMs = 50
const defaultTimeoutMs = 5_000

export function createTestInbox({ controls }: Pick<Connection, 'controls'>): TestInbox {
  async function list(to?: string) {
    const query = to === undefined ? {} : { to }
    const { mails } = await resultOf(controls.GET('/__dev/inbox', { params: { query } }))
    return mails
  }
  return {
    list,
    async latest(to, { kind, after, timeoutMs = defaultTimeoutMs } = {}) {
      const end = performance.now() + timeoutMs
      for (;;) {
        const mails = await list(to)
        const newer = mails.slice(mails.findIndex(({ id }) => id === after?.id) + 1)
        const found = newer.findLast((mail) => kind === undefined || mail.kind === kind)
        if (found) return found
        if (performance.now() >= end) break
        await sleep(pollMs)
      }
      const wanted = [after && 'newer', kind].filter((word) => word !== undefined).join(' ')
      throw new UserError(
        `No ${wanted && `${wanted} `}mail to ${to} within ${timeoutMs} ms. ${describe(await list())}`,
      )
    },
  }
}

const shown = 10

function describe(mails: Mail[]): string {
  if (mails.length === 0) return 'The inbox is empty.'
  const lines = mails.slice(-shown).map(({ to, kind, subject }) => `\n- ${to}: ${kind}, "${subject}"`)
  const count = mails.length > shown ? `the latest ${shown} of ${mails.length} mails` : 'these mails'
  return `The inbox has ${count}:${lines.join('')}`
}
