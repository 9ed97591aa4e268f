import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { expectOneSuccess, expectRejected, expectStatus, expectSuccess, expectThat } from '../expect.ts'
import { flow } from './flow.ts'

/** A rotated refresh token may come back from a parallel request for 10 s; 2 more seconds are certain. */
const afterGraceSeconds = 12

/** Journeys with refresh tokens (RFC 9700, §4.14). */
export function refreshFlows({
  refresh,
  credentialIn,
  getCurrentUser,
  onReuse,
  refreshEndsAccessToken,
}: Adapter): TestCase[] {
  if (!refresh) return []
  return [
    flow('a refresh rotates the refresh token', async (probe, stage) => {
      const { refresh: first } = await stage.createAccount()
      const exchange = await probe.send(refresh(String(first)))
      if (!expectSuccess(probe, exchange, 'A refresh')) return
      const next = credentialIn(exchange.response)
      expectThat(probe, exchange, next.refresh !== first && next.refresh !== null, {
        check: 'rotation',
        message: 'A refresh returned the same refresh token.',
        requirement: 'R05',
      })
      expectStatus(probe, await probe.send(getCurrentUser(next.access)), [200], {
        check: 'rotation',
        message: 'The access token of a refresh is not accepted.',
      })
      expectStatus(probe, await probe.send(refresh(String(next.refresh))), [200], {
        check: 'rotation',
        message: 'The new refresh token is not accepted.',
      })
      expectRejected(probe, await probe.send(refresh(String(first))), {
        check: 'single_use',
        message: 'A refresh token was accepted twice.',
        requirement: 'R05',
      })
    }),
    flow('concurrent refreshes have one winner', async (probe, stage) => {
      const { refresh: token } = await stage.createAccount()
      const exchanges = await Promise.all(Array.from({ length: 8 }, () => probe.send(refresh(String(token)))))
      expectOneSuccess(probe, exchanges, {
        check: 'single_use',
        message: 'Concurrent refreshes with one token must have exactly one success.',
        requirement: 'R06',
      })
      const winner = exchanges.find(({ response }) => response.status === 200)
      if (!winner) return
      expectStatus(probe, await probe.send(getCurrentUser(credentialIn(winner.response).access)), [200], {
        check: 'rotation',
        message: 'Concurrent refreshes ended the session of the winner.',
        requirement: 'R06',
      })
    }),
    flow(
      'a stolen refresh token ends the session',
      async (probe, stage) => {
        const advanceClock = stage.hook('advanceClock')
        const account = await stage.createAccount()
        // Some APIs have one refresh token per user, which another sign-in would replace.
        const other = onReuse === 'allSessions' ? await stage.signIn(account) : undefined
        const rotated = await probe.send(refresh(String(account.refresh)))
        expectStatus(probe, rotated, [200], {
          check: 'positive_data_acceptance',
          message: 'A new refresh token is not accepted.',
        })
        if (rotated.response.status !== 200) return
        await advanceClock(afterGraceSeconds)
        const about = { check: 'reuse_detection', requirement: 'R05' } as const
        expectRejected(probe, await probe.send(refresh(String(account.refresh))), {
          ...about,
          message: 'A rotated refresh token was accepted.',
        })
        expectRejected(probe, await probe.send(refresh(String(credentialIn(rotated.response).refresh))), {
          ...about,
          message: 'The reuse of a refresh token did not end the session.',
        })
        if (other)
          expectRejected(probe, await probe.send(refresh(String(other.refresh))), {
            ...about,
            message: 'The reuse of a refresh token did not end the other sessions of the user.',
          })
      },
      { isExclusive: true },
    ),
    ...(refreshEndsAccessToken
      ? [
          flow(
            'a refresh ends the earlier access token',
            async (probe, stage) => {
              const advanceClock = stage.hook('advanceClock')
              const account = await stage.createAccount()
              await probe.send(refresh(String(account.refresh)))
              await advanceClock(afterGraceSeconds)
              expectStatus(probe, await probe.send(getCurrentUser(account.access)), [401], {
                check: 'rotation',
                message: 'The access token from before a refresh is accepted.',
                requirement: 'R05',
              })
            },
            { isExclusive: true },
          ),
        ]
      : []),
    flow('access and refresh tokens cannot replace each other', async (probe, stage) => {
      const account = await stage.createAccount()
      expectRejected(probe, await probe.send(refresh(account.access)), {
        check: 'ignored_auth',
        message: 'An access token was accepted as a refresh token.',
        requirement: 'J05',
      })
      expectStatus(probe, await probe.send(getCurrentUser(String(account.refresh))), [401], {
        check: 'ignored_auth',
        message: 'A refresh token was accepted as an access token.',
        requirement: 'J05',
      })
    }),
  ]
}
