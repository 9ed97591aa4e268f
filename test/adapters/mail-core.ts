import { randomUUID } from 'node:crypto'
import { defaultMailTexts } from '../../src/adapters/mail-texts.ts'
import type { MailStyle } from '../../src/adapters/mail-worker.ts'
import { type EmailPayload, enqueue } from '../../src/core/outbox.ts'
import type { Store } from '../../src/core/store.ts'

/** What mails need of a core; `clock.ahead` moves its time. */
export const mailCore = (store: Store, clock = { ahead: 0 }) => ({
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

export const letterTo = (to: string, more: Partial<EmailPayload> = {}): EmailPayload => ({
  kind: 'resetPassword',
  to,
  name: 'Ada',
  token: 'token-of-ada',
  link: 'https://app.example.com/reset?token=token-of-ada&email=ada%40example.org',
  ...more,
})

/** Puts a letter into the outbox as a request would. */
export const post = async (core: ReturnType<typeof mailCore>, letter: EmailPayload) => {
  const outcome = await core.store.write([await enqueue(core, letter, { realm: '' })])
  if (!outcome.done) throw new Error('not written')
}
