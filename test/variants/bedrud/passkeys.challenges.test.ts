import { describe, expect, it } from 'vitest'
import { createAuthenticator } from '../../../src/conformance/world/authenticator.ts'
import { noChallenge, noSignUpChallenge, openPasskeys, sam } from './ceremonies.ts'
import { ada, invalidCredentials, invitation, statusAndError } from './support.ts'

describe('passkey challenges', () => {
  it('W01 accepts a passkey challenge for one attempt, successful or not', async () => {
    const { begin, post, device } = await openPasskeys()
    const { options, cookie } = await begin('login')
    const good = await device.get(options)
    expect((await post('/passkey/login/finish', good, { cookie })).status).toBe(200)
    expect(statusAndError(await post('/passkey/login/finish', good, { cookie }))).toEqual(noChallenge)

    const next = await begin('login')
    const bad = await device.get(next.options, { forged: true })
    expect(statusAndError(await post('/passkey/login/finish', bad, { cookie: next.cookie }))).toEqual(
      invalidCredentials,
    )
    const late = await device.get(next.options)
    expect(statusAndError(await post('/passkey/login/finish', late, { cookie: next.cookie }))).toEqual(
      noChallenge,
    )
  })

  it('W01 rejects a passkey challenge after 300 seconds', async () => {
    const { begin, post, device, bearer, advance } = await openPasskeys()
    const login = await begin('login')
    const register = await begin('register', undefined, { bearer })
    const signUp = await begin('signup', sam)
    await advance(301)
    const assertion = await device.get(login.options)
    expect(statusAndError(await post('/passkey/login/finish', assertion, { cookie: login.cookie }))).toEqual(
      noChallenge,
    )
    const attestation = await createAuthenticator().create(register.options)
    expect(statusAndError(await post('/passkey/register/finish', attestation, { bearer }))).toEqual(
      noChallenge,
    )
    const newcomer = await createAuthenticator().create(signUp.options)
    expect(statusAndError(await post('/passkey/signup/finish', newcomer))).toEqual(noSignUpChallenge)
  })

  it('W02 rejects the challenge of another ceremony or user', async () => {
    const { begin, post, device, bearer } = await openPasskeys()
    const registration = (await begin('register', undefined, { bearer })).options
    const signUp = (await begin('signup', sam)).options
    for (const { challenge } of [registration, signUp])
      expect(
        statusAndError(
          await post('/passkey/login/finish', await device.get({ challenge, rpId: 'localhost' })),
        ),
      ).toEqual(noChallenge)
    const attestation = await createAuthenticator().create(registration)
    expect(statusAndError(await post('/passkey/signup/finish', attestation))).toEqual(noSignUpChallenge)
    const adas = (await post('/login', ada)).body.accessToken
    expect(statusAndError(await post('/passkey/register/finish', attestation, { bearer: adas }))).toEqual(
      noChallenge,
    )
    expect((await post('/passkey/register/finish', attestation, { bearer })).status).toBe(200)
  })

  it('W02 rejects the challenge of another browser', async () => {
    const { begin, post, device } = await openPasskeys()
    const first = await begin('login')
    const other = await begin('login')
    const assertion = await device.get(first.options)
    expect(statusAndError(await post('/passkey/login/finish', assertion, { cookie: other.cookie }))).toEqual(
      noChallenge,
    )
    expect((await post('/passkey/login/finish', assertion, { cookie: first.cookie })).status).toBe(200)
  })

  it('completes the passkey ceremonies of several tabs of a browser', async () => {
    const { begin, post, device } = await openPasskeys()
    const [first, second] = [await begin('login'), await begin('login')]
    const signUp = await begin('signup', sam)
    const cookie = [first, second, signUp].map((tab) => tab.cookie).join('; ')
    for (const { options } of [first, second])
      expect((await post('/passkey/login/finish', await device.get(options), { cookie })).status).toBe(200)
    const attestation = await createAuthenticator().create(signUp.options)
    expect((await post('/passkey/signup/finish', attestation, { cookie })).status).toBe(200)
  })

  it('replaces the challenge when the same user starts to add a passkey again', async () => {
    const { begin, post, bearer } = await openPasskeys()
    const first = (await begin('register', undefined, { bearer })).options
    await begin('register', undefined, { bearer })
    const attestation = await createAuthenticator().create(first)
    expect(statusAndError(await post('/passkey/register/finish', attestation, { bearer }))).toEqual(
      noChallenge,
    )
  })

  it('W01 stores only hashes of the challenge and of the nonce in the cookie', async () => {
    const { begin, store } = await openPasskeys()
    const { options, cookie } = await begin('login')
    const rows = JSON.stringify(await store.list('oneTimeTokens', {}, { orderBy: 'createdAt' }))
    expect(rows).not.toContain(options.challenge)
    expect(rows).not.toContain(cookie.split('=')[1])
  })
})

it('stores only the hash of an invitation', async () => {
  const { begin, store } = await openPasskeys()
  await begin('signup', { ...sam, inviteToken: invitation })
  const rows = await store.list('oneTimeTokens', {}, { orderBy: 'createdAt' })
  expect(JSON.stringify(rows)).not.toContain(invitation)
})
