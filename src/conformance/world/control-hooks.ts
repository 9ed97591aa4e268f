import type { Connection } from '../connection.ts'
import type { Hooks, Mail } from './hooks.ts'

interface Inbox {
  mails: (Mail & { tokens: string[]; sentAt: string })[]
}

/**
 * Creates the hooks for a development server of auth-contracts, from its controls below `/__dev`.
 * @returns undefined if the server has no such controls
 */
export async function controlHooks(connection: Connection): Promise<Hooks | undefined> {
  async function control<Result>(name: string, body?: unknown): Promise<Result> {
    const { response } = await connection.send({
      method: body === undefined ? 'GET' : 'POST',
      path: `/__dev/${name}`,
      ...(body !== undefined && { body }),
    })
    if (response.status >= 300)
      throw new Error(`The control /__dev/${name} answered ${response.status}: ${response.text}`)
    return response.body
  }

  const { response } = await connection.send({ method: 'GET', path: '/__dev/settings' })
  // GET is not a method of this control, so that only a server of ours answers in this way.
  const isOurs = response.status === 405 && response.body?.error?.code === 'methodNotAllowed'
  if (!isOurs) return undefined

  let undoRateLimits: (() => Promise<void>) | undefined
  const changeSettings = async (settings: Record<string, unknown>) => {
    const before = await control<Record<string, unknown>>('settings', {})
    await control('settings', settings)
    return async () => {
      await control(
        'settings',
        Object.fromEntries(Object.keys(settings).map((key) => [key, before[key] ?? null])),
      )
    }
  }
  return {
    hasExampleData: true,
    changeSettings,
    async before() {
      undoRateLimits = await changeSettings({ rateLimits: false })
    },
    async after() {
      await undoRateLimits?.()
    },
    async latestMail({ to, since }) {
      const { mails } = await control<Inbox>(`inbox?to=${encodeURIComponent(to)}`)
      // The clock of the server can be ahead of ours, never behind.
      const mail = mails.findLast(({ sentAt }) => Date.parse(sentAt) >= since)
      return mail && { ...mail, ...(mail.tokens[0] !== undefined && { token: mail.tokens[0] }) }
    },
    async advanceClock(advanceSeconds) {
      await control('clock', { advanceSeconds })
    },
    async decideConsent({ authorizationUrl, decision, email, emailVerified }) {
      const state = new URL(authorizationUrl).searchParams.get('state')
      const answer = {
        consent: state,
        decision,
        ...(decision === 'approve' && { account: email, emailVerified }),
      }
      // The provider remembers a consent when the browser opens its page.
      await fetch(authorizationUrl, { redirect: 'manual' })
      return (await control<{ redirectTo: string }>('oauth', answer)).redirectTo
    },
    async changeUser(user, change) {
      await control('settings', { users: [{ user, ...change }] })
    },
    async injectFault(fault) {
      await control('faults', { ...fault, times: 1 })
    },
  }
}
