import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { expectOneSuccess, expectRejected, expectStatus, expectSuccess } from '../expect.ts'
import { flow } from './flow.ts'

const newPassword = 'Another long phrase 77'

/** Journeys that replace a password. */
export function passwordFlows(adapter: Adapter): TestCase[] {
  return [...resetFlows(adapter), ...changeFlows(adapter)]
}

function resetFlows({
  requestReset,
  confirmReset,
  signIn,
  getCurrentUser,
  refresh,
  statuses,
  ...api
}: Adapter): TestCase[] {
  if (!requestReset || !confirmReset) return []
  const lifetime = api.mailTokenSeconds?.reset
  return [
    flow('a reset replaces the password and ends all sessions', async (probe, stage) => {
      const { email, password, access, refresh: refreshToken } = await stage.createAccount()
      await probe.send(requestReset(email))
      const token = await stage.mailedToken(email, 'resetPassword')
      const confirmed = await probe.send(confirmReset({ email, token, password: newPassword }))
      expectSuccess(probe, confirmed, 'The token of a reset mail')
      expectStatus(probe, await probe.send(signIn({ email, password: newPassword })), [statuses.signedIn], {
        check: 'positive_data_acceptance',
        message: 'The new password is not accepted after a reset.',
      })
      expectStatus(probe, await probe.send(signIn({ email, password })), [401], {
        check: 'revocation',
        message: 'The old password is accepted after a reset.',
      })
      expectStatus(probe, await probe.send(getCurrentUser(access)), [401], {
        check: 'revocation',
        message: 'A session outlived the reset of the password.',
        requirement: 'R03',
      })
      if (refresh && refreshToken !== null)
        expectRejected(probe, await probe.send(refresh(refreshToken)), {
          check: 'revocation',
          message: 'A refresh token outlived the reset of the password.',
          requirement: 'R03',
        })
      expectStatus(
        probe,
        await probe.send(confirmReset({ email, token, password: 'Yet another phrase 88' })),
        statuses.badMailToken,
        {
          check: 'single_use',
          message: 'The token of a reset was accepted twice.',
          requirement: 'T02',
        },
      )
    }),
    flow('concurrent resets with one token have one winner', async (probe, stage) => {
      const { email } = await stage.createAccount()
      await probe.send(requestReset(email))
      const token = await stage.mailedToken(email, 'resetPassword')
      const attempts = Array.from({ length: 6 }, (_, index) => `Concurrent phrase ${index}`)
      const exchanges = await Promise.all(
        attempts.map((password) => probe.send(confirmReset({ email, token, password }))),
      )
      expectOneSuccess(probe, exchanges, {
        check: 'single_use',
        message: 'Concurrent resets with one token must have exactly one success.',
        requirement: 'T02',
      })
    }),
    flow('a newer reset mail replaces the older one', async (probe, stage) => {
      const { email } = await stage.createAccount()
      await probe.send(requestReset(email))
      const older = await stage.mailedToken(email, 'resetPassword')
      const second = await probe.send(requestReset(email))
      const newer =
        second.response.status < 300
          ? await nextToken(() => stage.mailedToken(email, 'resetPassword'), older)
          : undefined
      if (newer === undefined) return
      expectStatus(
        probe,
        await probe.send(confirmReset({ email, token: older, password: newPassword })),
        statuses.badMailToken,
        {
          check: 'single_use',
          message: 'The token of an older reset mail is accepted.',
          requirement: 'T04',
        },
      )
    }),
    flow('an invented reset token is rejected', async (probe, stage) => {
      const { email } = await stage.createAccount()
      const token = crypto.randomUUID().replaceAll('-', '').repeat(2)
      expectStatus(
        probe,
        await probe.send(confirmReset({ email, token, password: newPassword })),
        statuses.badMailToken,
        {
          check: 'negative_data_rejection',
          message: 'An invented reset token was accepted.',
        },
      )
    }),
    ...(lifetime === undefined
      ? []
      : [
          flow(
            'the token of a reset mail expires',
            async (probe, stage) => {
              const advanceClock = stage.hook('advanceClock')
              const { email } = await stage.createAccount()
              await probe.send(requestReset(email))
              const token = await stage.mailedToken(email, 'resetPassword')
              await advanceClock(lifetime + 1)
              expectStatus(
                probe,
                await probe.send(confirmReset({ email, token, password: newPassword })),
                statuses.badMailToken,
                {
                  check: 'expiry',
                  message: `The token of a reset mail is accepted after ${lifetime} s.`,
                  requirement: 'T03',
                },
              )
            },
            { isExclusive: true },
          ),
        ]),
  ]
}

/** Waits up to a second for a mail with another token. Servers may limit mails and send none. */
async function nextToken(read: () => Promise<string>, older: string): Promise<string | undefined> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const token = await read()
    if (token !== older) return token
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return undefined
}

function changeFlows({ changePassword, signIn, getCurrentUser, statuses }: Adapter): TestCase[] {
  if (!changePassword) return []
  return [
    flow('a changed password replaces the old one and ends the other sessions', async (probe, stage) => {
      const { email, password, access } = await stage.createAccount()
      const other = await stage.signIn({ email, password })
      const wrong = await probe.send(
        changePassword(access, { current: 'not the password of anyone', next: newPassword }),
      )
      expectStatus(probe, wrong, [statuses.wrongCurrentPassword ?? 401], {
        check: 'ignored_auth',
        message: 'The password was changed without the current one.',
        requirement: 'R03',
      })
      const changed = await probe.send(changePassword(access, { current: password, next: newPassword }))
      expectSuccess(probe, changed, 'A change of the password')
      expectStatus(probe, await probe.send(signIn({ email, password: newPassword })), [statuses.signedIn], {
        check: 'positive_data_acceptance',
        message: 'The new password is not accepted after a change.',
      })
      expectStatus(probe, await probe.send(signIn({ email, password })), [401], {
        check: 'revocation',
        message: 'The old password is accepted after a change.',
      })
      expectStatus(probe, await probe.send(getCurrentUser(other.access)), [401], {
        check: 'revocation',
        message: 'Another session outlived the change of the password.',
        requirement: 'R03',
      })
    }),
  ]
}
