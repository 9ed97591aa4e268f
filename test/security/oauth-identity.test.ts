import { describe, expect, it } from 'vitest'
import { robin } from '../adapters/oauth.fixture.ts'
import type { ResponseData } from './dialect.ts'
import { openOAuthFlows } from './oauth-flows.ts'
import { casesWith } from './test-server.ts'

const impostor = { ...robin, subject: '666' }

describe.each(casesWith('oauth', 'emailIn'))('$name', (testCase) => {
  const setUp = async () => {
    const journeys = await openOAuthFlows(testCase)
    const { ways, store, send } = journeys
    const { getCurrentUser, emailIn } = testCase.dialect
    const credential = (response: ResponseData) => ways.credentialIn(response)?.access
    /** Who has come back, by the address of the account. */
    const whois = async (response: ResponseData) => {
      const access = credential(response)
      return access === undefined ? undefined : emailIn(await send(getCurrentUser(access)))
    }
    const identity = (subject: string) => store.find('identities', { subject })
    return { ...journeys, credential, whois, identity }
  }

  it('O06 knows somebody by provider and subject, whatever address the provider tells today', async () => {
    const { travel, whois, identity, counts } = await setUp()
    expect(await whois(await travel(robin))).toBe(robin.email)
    const { userId = '' } = (await identity(robin.subject)) ?? {}
    const before = await counts()
    const moved = { ...robin, email: 'elsewhere@example.com' }
    expect(await whois(await travel(moved))).toBe(robin.email)
    expect((await identity(robin.subject))?.userId).toBe(userId)
    expect(await counts()).toMatchObject({ users: before.users, identities: before.identities })
  })

  it('O06 opens no account to another subject of the same provider that has its address', async () => {
    const { travel, credential, identity, counts } = await setUp()
    await travel(robin)
    const before = await counts()
    expect(credential(await travel(impostor))).toBeUndefined()
    expect(await identity(impostor.subject)).toBeUndefined()
    expect(await counts()).toEqual(before)
  })

  it('O06 links nothing by an address that the provider does not vouch for', async () => {
    const { travel, credential, counts, seeded, createAccount } = await setUp()
    const { email } = await createAccount()
    const before = await counts()
    for (const provider of testCase.dialect.oauth.providers)
      for (const address of [email, seeded.withPassword.email, seeded.withoutPassword?.email ?? email]) {
        const account = { ...impostor, email: address, emailVerified: false }
        expect(credential(await travel(account, provider))).toBeUndefined()
      }
    expect(await counts()).toEqual(before)
  })

  it('O07 hands nobody an account that somebody else has opened with their address', async () => {
    const { travel, credential, createAccount, isAuthenticated, identity } = await setUp()
    const attacker = await createAccount({ email: robin.email ?? '' })
    const victim = credential(await travel(robin))
    const trap = await identity(robin.subject)
    // Either the victim gets nothing, or what the attacker has is worth nothing any more.
    expect([victim, trap]).toEqual([undefined, undefined])
    expect(await isAuthenticated(attacker.access)).toBe(true)
  })
})

describe.each(casesWith('oauth', 'requestReset', 'confirmReset'))('$name', (testCase) => {
  const password = 'what only the victim knows'

  /** The victim takes the address by what is mailed to it. */
  async function prove({ send, mailedToken }: Awaited<ReturnType<typeof openOAuthFlows>>, email: string) {
    const { requestReset, confirmReset } = testCase.dialect
    await send(requestReset(email))
    const token = await mailedToken(email, 'resetPassword')
    expect((await send(confirmReset({ email, token, password }))).status).toBe(200)
  }

  it('O07 leaves who has signed up with a foreign address nothing, once its owner has proven it', async () => {
    const journeys = await openOAuthFlows(testCase)
    const { createAccount, isAuthenticated, send, signIn, signInAs, refresh, ways, travel } = journeys
    const attacker = await createAccount({ email: robin.email ?? '' })
    await prove(journeys, attacker.email)
    expect(await isAuthenticated(attacker.access)).toBe(false)
    if (refresh && attacker.refresh)
      expect((await send(refresh(attacker.refresh))).status).toBeGreaterThanOrEqual(400)
    expect((await send(signIn(attacker))).status).toBe(401)
    expect(await isAuthenticated((await signInAs({ ...attacker, password })).access)).toBe(true)
    // The attacker's own account at a provider does not lead back in.
    const hidden = { ...impostor, emailVerified: false }
    expect(ways.credentialIn(await travel(hidden))).toBeUndefined()
  })

  it('O07 forgets the provider of who came with a foreign address that nobody vouches for', async () => {
    const journeys = await openOAuthFlows(testCase)
    const { travel, ways, isAuthenticated, store } = journeys
    const hidden = { ...impostor, emailVerified: false }
    const attacker = ways.credentialIn(await travel(hidden))
    // Most APIs open nothing for such an address.
    if (!attacker) return expect(await store.find('users', { email: hidden.email })).toBeUndefined()
    await prove(journeys, robin.email ?? '')
    expect(await isAuthenticated(attacker.access)).toBe(false)
    expect(ways.credentialIn(await travel(hidden))).toBeUndefined()
  })
})
