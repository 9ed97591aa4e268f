import { randomUUID } from 'node:crypto'
import { defaultMailTexts } from '../../src/adapters/mail-texts.ts'
import type { MailStyle } from '../../src/adapters/mail-worker.ts'
import { type EmailPayload, enqueueMailChange } from '../../src/core/outbox.ts'
import type { Store } from '../../src/core/store.ts'

/** Creates the parts of a core that mails need. `clock.ahead` moves its time. */
export const createMailCore = (store: Store, clock = { ahead: 0 }) => ({
  store,
  now: () => Date.now() + clock.ahead,
  newId: () => randomUUID(),
  random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
  secrets: ['a secret of the tests, long enough'],
})

export const style: MailStyle = {
  sender: { name: 'The Works', address: 'no-reply@works.example' },
  texts: defaultMailTexts,
}

/** A password reset mail with a link. */
export const payloadTo = (to: string, overrides: Partial<EmailPayload> = {}): EmailPayload => ({
  kind: 'resetPassword',
  to,
  name: 'Ada',
  token: 'token-of-ada',
  link: 'https://app.example.com/reset?token=token-of-ada&email=ada%40example.org',
  ...overrides,
})

/** Adds a mail to the outbox. */
export const enqueueMail = async (core: ReturnType<typeof createMailCore>, payload: EmailPayload) => {
  const outcome = await core.store.write([await enqueueMailChange(core, payload, { realm: '' })])
  if (!outcome.done) throw new Error('not written')
}
