import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { expectRejected, expectStatus, expectThat } from '../expect.ts'
import { row } from './row.ts'

/** Passwords and emails (ASVS 5.0, 6.2). */
export function passwordRows({ signUp, signIn, statuses }: Adapter): TestCase[] {
  return [
    row(
      'P01',
      'a password of 7 characters is rejected and a passphrase is accepted',
      async (probe, stage, claim) => {
        const short = await probe.send(signUp(stage.newPerson({ password: 'Sh0rt!7' })))
        expectRejected(
          probe,
          short,
          claim('negative_data_rejection', 'A password of 7 characters was accepted.'),
        )
        for (const password of [
          'correct horse battery staple and some more words to reach 64 c',
          '🐎🔋📎🏛🌊🎈🧭🪁',
        ])
          expectStatus(
            probe,
            await probe.send(signUp(stage.newPerson({ password }))),
            [statuses.signedUp],
            claim(
              'positive_data_acceptance',
              `A password of ${[...password].length} characters was rejected.`,
            ),
          )
      },
    ),
    row('P02', 'a long password is compared to its end', async (probe, stage, claim) => {
      const password = `${'long enough to be cut '.repeat(4)}end 1`
      const { email } = await stage.createAccount({ password })
      const other = await probe.send(signIn({ email, password: `${password.slice(0, -1)}2` }))
      expectStatus(probe, other, [401], claim('ignored_auth', 'The end of a long password is ignored.'))
    }),
    row('P04', 'a password is the same in both Unicode forms', async (probe, stage, claim) => {
      const password = 'pässwörd with ümlauts é'
      const { email } = await stage.createAccount({ password: password.normalize('NFD') })
      const composed = await probe.send(signIn({ email, password: password.normalize('NFC') }))
      expectStatus(
        probe,
        composed,
        [statuses.signedIn],
        claim('positive_data_acceptance', 'A password in another Unicode form of the same text is rejected.'),
      )
    }),
    ...[
      'a@example.com,b@example.com',
      '"a@evil.example x"@example.com',
      'a@example.com\r\nBcc: b@example.com',
      'a＠example.com',
    ].map((email) =>
      row('P06', `the email ${JSON.stringify(email)} is rejected`, async (probe, stage, claim) => {
        const response = await probe.send(signUp(stage.newPerson({ email })))
        expectRejected(probe, response, claim('negative_data_rejection', 'An ambiguous email was accepted.'))
      }),
    ),
    row('D03', 'concurrent sign-ups with one email create one account', async (probe, stage, claim) => {
      const person = stage.newPerson()
      const spellings = [person.email, person.email.toUpperCase()]
      const exchanges = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          probe.send(signUp({ ...person, email: spellings[index % 2] ?? person.email })),
        ),
      )
      const created = exchanges.filter(({ response }) => response.status === statuses.signedUp)
      const [first] = created.length > 1 ? created : exchanges
      if (first)
        expectThat(
          probe,
          first,
          created.length === 1,
          claim('single_use', `Concurrent sign-ups created ${created.length} accounts for one email.`),
        )
    }),
  ]
}
