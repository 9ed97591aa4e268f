import { describe, expect, it } from 'vitest'
import type { ResponseData } from '../../src/conformance/exchange.ts'
import { robin } from '../adapters/oauth.fixture.ts'
import { openOAuthFlows } from './oauth-flows.ts'
import { casesWith, isSuccess } from './test-server.ts'

const impostor = { ...robin, subject: '666' }

describe.each(casesWith('oauth', 'emailIn'))('$name', (testCase) => {
  const setUp = async () => {
    const flows = await openOAuthFlows(testCase)
    const { oauthApi, store, send } = flows
    const { getCurrentUser, emailIn } = testCase.adapter
    const credential = (response: ResponseData) => oauthApi.credentialIn(response)?.access
    /** Returns the email of the account that was signed in. */
    const signedInEmail = async (response: ResponseData) => {
      const access = credential(response)
      return access === undefined ? undefined : emailIn(await send(getCurrentUser(access)))
    }
    const identity = (subject: string) => store.find('identities', { subject })
    return { ...flows, credential, signedInEmail, identity }
  }

  it('O06 identifies users by provider and subject after their email has changed', async () => {
    const { runFlow, signedInEmail, identity, countRows } = await setUp()
    expect(await signedInEmail(await runFlow(robin))).toBe(robin.email)
    const { userId = '' } = (await identity(robin.subject)) ?? {}
    const before = await countRows()
    const moved = { ...robin, email: 'elsewhere@example.com' }
    expect(await signedInEmail(await runFlow(moved))).toBe(robin.email)
    expect((await identity(robin.subject))?.userId).toBe(userId)
    expect(await countRows()).toMatchObject({ users: before.users, identities: before.identities })
  })

  it('O06 rejects a second provider account with the email of an existing account', async () => {
    const { runFlow, credential, identity, countRows } = await setUp()
    await runFlow(robin)
    const before = await countRows()
    expect(credential(await runFlow(impostor))).toBeUndefined()
    expect(await identity(impostor.subject)).toBeUndefined()
    expect(await countRows()).toEqual(before)
  })

  it('O06 links no account by an email that the provider has not verified', async () => {
    const { runFlow, credential, countRows, seeded, createAccount } = await setUp()
    const { email } = await createAccount()
    const before = await countRows()
    for (const provider of testCase.adapter.oauth.providers)
      for (const knownEmail of [email, seeded.withPassword.email, seeded.withoutPassword?.email ?? email]) {
        const account = { ...impostor, email: knownEmail, emailVerified: false }
        expect(credential(await runFlow(account, provider))).toBeUndefined()
      }
    expect(await countRows()).toEqual(before)
  })

  it('O07 does not sign the owner of an email in to an account that an attacker created with it', async () => {
    const { runFlow, credential, createAccount, isAuthenticated, identity } = await setUp()
    const attacker = await createAccount({ email: robin.email ?? '' })
    const victim = credential(await runFlow(robin))
    const linked = await identity(robin.subject)
    // The account is not linked, so the attacker's session can stay valid.
    expect([victim, linked]).toEqual([undefined, undefined])
    expect(await isAuthenticated(attacker.access)).toBe(true)
  })
})

describe.each(casesWith('oauth', 'requestReset', 'confirmReset'))('$name', (testCase) => {
  const password = 'what only the victim knows'

  /** The victim proves ownership of the email with a password reset. */
  async function resetPassword(
    { send, mailedToken }: Awaited<ReturnType<typeof openOAuthFlows>>,
    email: string,
  ) {
    const { requestReset, confirmReset } = testCase.adapter
    await send(requestReset(email))
    const token = await mailedToken(email, 'resetPassword')
    expect((await send(confirmReset({ email, token, password }))).status).toSatisfy(isSuccess)
  }

  it('O07 revokes all access of an attacker once the owner of the email resets the password', async () => {
    const flows = await openOAuthFlows(testCase)
    const { createAccount, isAuthenticated, send, signIn, signInAs, refresh, oauthApi, runFlow } = flows
    const attacker = await createAccount({ email: robin.email ?? '' })
    await resetPassword(flows, attacker.email)
    expect(await isAuthenticated(attacker.access)).toBe(false)
    if (refresh && attacker.refresh)
      expect((await send(refresh(attacker.refresh))).status).toBeGreaterThanOrEqual(400)
    expect((await send(signIn(attacker))).status).toBe(401)
    expect(await isAuthenticated((await signInAs({ ...attacker, password })).access)).toBe(true)
    // The attacker's identity at a provider cannot sign in, either.
    const unverified = { ...impostor, emailVerified: false }
    expect(oauthApi.credentialIn(await runFlow(unverified))).toBeUndefined()
  })

  it('O07 unlinks the identity of an attacker once the owner of the email resets the password', async () => {
    const flows = await openOAuthFlows(testCase)
    const { runFlow, oauthApi, isAuthenticated, store } = flows
    const unverified = { ...impostor, emailVerified: false }
    const attacker = oauthApi.credentialIn(await runFlow(unverified))
    // Most APIs create no account for an unverified email.
    if (!attacker) return expect(await store.find('users', { email: unverified.email })).toBeUndefined()
    await resetPassword(flows, robin.email ?? '')
    expect(await isAuthenticated(attacker.access)).toBe(false)
    expect(oauthApi.credentialIn(await runFlow(unverified))).toBeUndefined()
  })
})
