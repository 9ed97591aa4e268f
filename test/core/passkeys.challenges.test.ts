import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuthenticator } from '../../src/conformance/world/authenticator.ts'
import { authError } from '../support/auth-error.ts'
import { inParallel, times } from './oauth.fixture.ts'
import { setUp } from './passkeys.fixture.ts'

describe('passkey challenges', () => {
  it('W01 creates challenges of 256 random bits and stores only their hash', async () => {
    const { startSignIn, dump } = await setUp()
    const challenges = [(await startSignIn()).challenge, (await startSignIn()).challenge]
    expect(new Set(challenges).size).toBe(2)
    for (const challenge of challenges) {
      expect(base64url.decode(challenge)).toHaveLength(32)
      expect(await dump()).not.toContain(challenge)
    }
  })

  it('W01 rejects a replayed assertion', async () => {
    const { startSignIn, finishSignIn, authenticator } = await setUp()
    const assertion = await authenticator.get(await startSignIn())
    await finishSignIn(assertion)
    await expect(finishSignIn(assertion)).rejects.toEqual(authError('passkeyChallengeNotFound'))
  })

  it('W01 opens one session for 20 concurrent assertions with one challenge', async () => {
    const { startSignIn, finishSignIn, authenticator, counts } = await setUp({ counts: false })
    const assertion = await authenticator.get(await startSignIn())
    const { succeeded, codes } = await inParallel(times(20, assertion), (one) => finishSignIn(one))
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['passkeyChallengeNotFound'] })
    expect(await counts()).toMatchObject({ sessions: 1 })
  })

  it('W01 consumes the challenge of a rejected assertion as well', async () => {
    const { startSignIn, finishSignIn, authenticator } = await setUp()
    const options = await startSignIn()
    await expect(finishSignIn(await authenticator.get(options, { forged: true }))).rejects.toEqual(
      authError('passkeyRefused'),
    )
    await expect(finishSignIn(await authenticator.get(options))).rejects.toEqual(
      authError('passkeyChallengeNotFound'),
    )
  })

  it('W01 accepts a challenge for 300 seconds', async () => {
    const { startSignIn, finishSignIn, authenticator, advance } = await setUp()
    const [first, second] = [await startSignIn(), await startSignIn()]
    advance(299)
    await finishSignIn(await authenticator.get(first))
    advance(1)
    await expect(finishSignIn(await authenticator.get(second))).rejects.toEqual(
      authError('passkeyChallengeNotFound'),
    )
  })

  it('W01 replaces the challenge of a registration by the next one', async () => {
    const { ada, startRegistration, finishRegistration } = await setUp()
    const [older, newer] = [await startRegistration(ada), await startRegistration(ada)]
    const finish = async (options: typeof older) =>
      finishRegistration(ada, await createAuthenticator().create(options))
    await expect(finish(older)).rejects.toEqual(authError('passkeyChallengeNotFound'))
    await finish(newer)
  })
})

describe('signature counters', () => {
  it('W03 rejects a counter that does not increase as a cloned passkey, and records it', async () => {
    const { signIn, counter, counts, events } = await setUp()
    await signIn({ counter: 10 })
    for (const stale of [9, 10, 0])
      await expect(signIn({ counter: stale })).rejects.toEqual(authError('passkeyCloned'))
    expect(await counts()).toMatchObject({ sessions: 1 })
    expect(events.at(-1)).toMatchObject({
      name: 'passkeySignIn',
      outcome: 'refused',
      reason: 'passkeyCloned',
    })
    await signIn({ counter: 11 })
    expect(await counter()).toBe(11)
  })

  it('W03 rejects a bad signature before checking the counter', async () => {
    const { signIn } = await setUp()
    await signIn({ counter: 10 })
    await expect(signIn({ counter: 9, forged: true })).rejects.toEqual(authError('passkeyRefused'))
  })

  it('W03 accepts authenticators whose counter is always zero', async () => {
    const { signIn, counter } = await setUp({ counts: false })
    await signIn()
    await signIn()
    expect(await counter()).toBe(0)
  })

  it('W03 accepts only one of several concurrent assertions with the same counter', async () => {
    const { startSignIn, finishSignIn, authenticator } = await setUp()
    const challenges = await Promise.all(times(10, undefined).map(() => startSignIn()))
    const assertions = await Promise.all(
      challenges.map((options) => authenticator.get(options, { counter: 5 })),
    )
    const { succeeded, codes } = await inParallel(assertions, (assertion) => finishSignIn(assertion))
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['passkeyCloned'] })
  })
})
