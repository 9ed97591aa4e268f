import { Secret, TOTP } from 'otpauth'
import { NotExercisedError, type TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { expectRejected } from '../expect.ts'
import { flow } from './flow.ts'

/** Journeys with the one-time codes of an authenticator app. */
export function secondFactorFlows({ signInWithCode, seeded, statuses }: Adapter): TestCase[] {
  if (!signInWithCode) return []
  return [
    flow('a one-time code works once', async (probe, { hooks }) => {
      const user = hooks.secondFactorUser ?? (hooks.hasExampleData ? seeded.withSecondFactor : undefined)
      if (!user) throw new NotExercisedError('The hook secondFactorUser is missing.')
      const code = new TOTP({ secret: Secret.fromBase32(user.secret) }).generate()
      const { response } = await probe.send(signInWithCode(user, code))
      if (response.status !== statuses.signedIn)
        throw new NotExercisedError(
          `A one-time code was answered with ${response.status}: another run has used it, or the clock of the server differs. Try again after 30 s.`,
        )
      expectRejected(probe, await probe.send(signInWithCode(user, code)), {
        check: 'single_use',
        message: 'A one-time code of the second factor works twice (RFC 6238, §5.2).',
      })
    }),
  ]
}
