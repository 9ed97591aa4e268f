import type { Exchange } from '../../exchange.ts'
import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { expectThat } from '../expect.ts'
import { row } from './row.ts'

/** Responses that tell a stranger who has an account (ASVS 5.0, 6.3.8). */
export function enumerationRows({ signIn, requestReset, sendVerification }: Adapter): TestCase[] {
  const silent = [
    { id: 'E03', what: 'A request for a reset', request: requestReset },
    { id: 'E03', what: 'A request for a verification mail', request: sendVerification },
  ]
  return [
    row('E01', 'an unknown email and a wrong password look the same', async (probe, stage, claim) => {
      const { email } = await stage.createAccount()
      const password = 'not the password of anyone'
      const known = await probe.send(signIn({ email, password }))
      const { email: stranger } = stage.newPerson()
      const unknown = await probe.send(signIn({ email: stranger, password }))
      expectThat(probe, unknown, look(known, email) === look(unknown, stranger), {
        ...claim('enumeration', 'A sign-in tells whether an email has an account.'),
        hint: `Known: ${look(known, email)}. Unknown: ${look(unknown, stranger)}.`,
      })
    }),
    row('E01', 'a disabled user and a wrong password look the same', async (probe, stage, claim) => {
      const changeUser = stage.hook('changeUser')
      const { email } = await stage.createAccount()
      await changeUser(email, { status: 'disabled' })
      const password = 'not the password of anyone'
      const known = await probe.send(signIn({ email, password }))
      const { email: stranger } = stage.newPerson()
      const unknown = await probe.send(signIn({ email: stranger, password }))
      expectThat(probe, known, look(known, email) === look(unknown, stranger), {
        ...claim('enumeration', 'A sign-in with a wrong password tells that an account is disabled.'),
        hint: `Disabled: ${look(known, email)}. Unknown: ${look(unknown, stranger)}.`,
      })
    }),
    ...silent.flatMap(({ id, what, request }) =>
      request
        ? [
            row(
              id,
              `${what.toLowerCase()} looks the same for unknown emails`,
              async (probe, stage, claim) => {
                const { email } = await stage.createAccount()
                const known = await probe.send(request(email))
                const { email: stranger } = stage.newPerson()
                const unknown = await probe.send(request(stranger))
                // A server may limit the mails to one recipient, which the owner of the email notices anyway.
                if (known.response.status === 429) return
                expectThat(probe, unknown, look(known, email) === look(unknown, stranger), {
                  ...claim('enumeration', `${what} tells whether an email has an account.`),
                  hint: `Known: ${look(known, email)}. Unknown: ${look(unknown, stranger)}.`,
                })
              },
            ),
          ]
        : [],
    ),
  ]
}

/** The status and body of a response, without the email of the request and ids of requests. */
function look({ response }: Exchange, email: string): string {
  const body = response.text
    .replaceAll(email, '')
    .replace(/"(?:request_?id|trace_?id|timestamp)"\s*:\s*"[^"]*"/gi, '')
    .replace(/\breq_[\w-]+/g, '')
  return `${response.status} ${body}`
}
