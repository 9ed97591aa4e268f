import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { expectRejected, expectStatus, expectSuccess } from '../expect.ts'
import { flow } from './flow.ts'

/** Journeys that prove an email. */
export function verificationFlows({
  verify,
  sendVerification,
  signUp,
  signIn,
  statuses,
  ...api
}: Adapter): TestCase[] {
  if (!verify) return []
  const { requiresVerification, mailTokenSeconds } = api
  const lifetime = mailTokenSeconds?.verification
  return [
    flow('the token of a verification mail verifies the email', async (probe, stage) => {
      const person = stage.newPerson()
      await probe.send(signUp(person))
      if (requiresVerification)
        expectRejected(probe, await probe.send(signIn(person)), {
          check: 'ignored_auth',
          message: 'An unverified email can sign in.',
        })
      else if (sendVerification) await probe.send(sendVerification(person.email))
      let token = await stage.mailedToken(person.email, 'verifyEmail')
      const link = verify({ email: person.email, token })
      if (link.method === 'GET' && requiresVerification) {
        await probe.send({ ...link, method: 'HEAD' })
        expectRejected(probe, await probe.send(signIn(person)), {
          check: 'safe_methods',
          message: 'HEAD on the mailed link verifies the email, which mail scanners send (RFC 9110, §9.2.1).',
          requirement: 'T06',
        })
        // The rejected sign-in can send another mail, whose link replaces this one.
        token = await stage.mailedToken(person.email, 'verifyEmail')
      }
      const access = requiresVerification ? {} : { access: (await stage.signIn(person)).access }
      const verified = await probe.send(verify({ email: person.email, token, ...access }))
      expectSuccess(probe, verified, 'The token of a verification mail')
      expectStatus(probe, await probe.send(signIn(person)), [statuses.signedIn], {
        check: 'positive_data_acceptance',
        message: 'A verified user cannot sign in.',
      })
    }),
    flow('an invented verification token is rejected', async (probe, stage) => {
      const person = stage.newPerson()
      await probe.send(signUp(person))
      const token = crypto.randomUUID().replaceAll('-', '').repeat(2)
      expectStatus(probe, await probe.send(verify({ email: person.email, token })), statuses.badMailToken, {
        check: 'negative_data_rejection',
        message: 'An invented verification token was accepted.',
      })
    }),
    ...(lifetime === undefined
      ? []
      : [
          flow(
            'the token of a verification mail expires',
            async (probe, stage) => {
              const advanceClock = stage.hook('advanceClock')
              const person = stage.newPerson()
              await probe.send(signUp(person))
              if (!requiresVerification && sendVerification) await probe.send(sendVerification(person.email))
              const token = await stage.mailedToken(person.email, 'verifyEmail')
              await advanceClock(lifetime + 1)
              expectStatus(
                probe,
                await probe.send(verify({ email: person.email, token })),
                statuses.badMailToken,
                {
                  check: 'expiry',
                  message: `The token of a verification mail is accepted after ${lifetime} s.`,
                  requirement: 'T03',
                },
              )
            },
            { isExclusive: true },
          ),
        ]),
  ]
}
