import { describe, expect, it } from 'vitest'
import { remove } from '../../src/core/store.ts'
import { casesWith, countStatuses, isSuccess, openTestServer, times } from './test-server.ts'

const day = 24 * 60 * 60

describe.each(casesWith())('$name', (testCase) => {
  it('R01 creates a new token at every sign-in, ignores tokens chosen by the client, and stores none', async () => {
    const subject = await openTestServer(testCase)
    const account = await subject.createAccount()
    const chosen = 'c0ffee'.repeat(10)
    const sent = subject.signIn(account)
    const cookies = `session=${chosen}; sid=${chosen}; access_token=${chosen}; refresh_token=${chosen}`
    const headers = { ...sent.headers, cookie: cookies, authorization: `Bearer ${chosen}` }
    const response = await subject.send({ ...sent, headers })
    expect(response.status).toBe(subject.statuses.signedIn)
    const issued = subject.credentialIn(response)
    const other = await subject.signInAs(account)
    const tokens = [account, issued, other].flatMap(({ access, refresh }) => [access, refresh ?? access])
    expect(response.text).not.toContain(chosen)
    expect(new Set([account.access, issued.access, other.access]).size).toBe(3)
    const stored = await subject.dump()
    for (const token of tokens) {
      const secret = token.split('.').at(-1) ?? ''
      const bytes = Buffer.from(secret, /^[0-9a-f]+$/.test(secret) ? 'hex' : 'base64url')
      expect(bytes.length).toBeGreaterThanOrEqual(16)
      expect(stored).not.toContain(token)
      expect(stored).not.toContain(token.split('.').at(-1))
    }
  })

  it('R04 rejects all tokens of disabled and deleted users immediately', async () => {
    const subject = await openTestServer(testCase)
    for (const status of ['disabled', 'deleted']) {
      const account = await subject.createAccount()
      expect(await subject.isAuthenticated(account.access)).toBe(true)
      await subject.change(account.email, { status })
      expect(await subject.isAuthenticated(account.access)).toBe(false)
      expect((await subject.send(subject.getCurrentUser(account.access))).status).not.toBe(500)
      if (account.refresh && subject.refresh) {
        const refreshed = await subject.send(subject.refresh(account.refresh))
        expect([401, 403, 404]).toContain(refreshed.status)
      }
      expect([401, 403]).toContain((await subject.send(subject.signIn(account))).status)
    }
  })

  it('R08 ends every session eventually, even if it is refreshed daily', async () => {
    const subject = await openTestServer(testCase)
    let { access, refresh } = await subject.createAccount()
    let days = 0
    for (; days < 100 && (await subject.isAuthenticated(access)); days++) {
      await subject.advance(day)
      if (!refresh || !subject.refresh) continue
      const response = await subject.send(subject.refresh(refresh))
      if (response.status !== 200) break
      ;({ access, refresh } = subject.credentialIn(response))
    }
    expect(days).toBeLessThan(100)
    expect(await subject.isAuthenticated(access)).toBe(false)
  })
})

describe.each(casesWith('privilege'))('$name', (testCase) => {
  it('R04 applies granted and revoked privileges on the next request', async () => {
    const { granted, revoked, settings = {}, isGrantedIn, use } = testCase.adapter.privilege
    const subject = await openTestServer(testCase)
    const { send, getCurrentUser, change } = subject
    await subject.settings(settings)
    const account = await subject.createAccount()
    const accesses = [account.access, (await subject.signInAs(account)).access]
    const expectGranted = async (access: string, isGranted: boolean) => {
      const me = await send(getCurrentUser(access))
      if (isGrantedIn) expect(isGrantedIn(me)).toBe(isGranted)
      if (!use) return
      const { status } = await send(use(access, me))
      if (isGranted) expect(status).toBeLessThan(300)
      else expect(status).toBe(403)
    }
    for (const isGranted of [true, false, true, false]) {
      await change(account.email, isGranted ? granted : revoked)
      for (const access of accesses) await expectGranted(access, isGranted)
    }
    if (account.refresh && subject.refresh) {
      const { refresh } = await subject.signInAs(account)
      await change(account.email, granted)
      const next = subject.credentialIn(await send(subject.refresh(refresh ?? '')))
      await change(account.email, revoked)
      const last = subject.credentialIn(await send(subject.refresh(next.refresh ?? '')))
      await expectGranted(last.access, false)
    }
  })
})

/** Opens a server with an account that has an API key. */
async function openWithKey(testCase: ReturnType<typeof casesWith<'keys'>>[number]) {
  const { keys } = testCase.adapter
  const subject = await openTestServer(testCase)
  const { send } = subject
  const account = await subject.createAccount()
  const keysPath = keys.keysPathIn(await send(subject.getCurrentUser(account.access)))
  const created = await send(keys.create(account.access, keysPath, { name: 'CI', scopes: keys.scopes }))
  const { key } = keys.keyIn(created)
  return { ...subject, account, key, useKey: async () => (await send(keys.use(key))).status }
}

describe.each(casesWith('keys'))('$name', (testCase) => {
  it('R04 rejects the API keys of disabled and deleted users', async () => {
    for (const status of ['disabled', 'deleted']) {
      const { account, change, useKey } = await openWithKey(testCase)
      expect([401, 403]).not.toContain(await useKey())
      await change(account.email, { status })
      expect(await useKey()).toBe(401)
    }
  })
})

describe.each(casesWith('keys', 'privilege'))('$name', (testCase) => {
  it('R04 limits an API key to the current privileges of its owner', async () => {
    const { account, key, settings, change, useKey, store, send, isAuthenticated } =
      await openWithKey(testCase)
    const { privilege } = testCase.adapter
    const { useWithKey } = privilege
    await settings(privilege.settings ?? {})
    await change(account.email, privilege.granted)
    expect([401, 403]).not.toContain(await useKey())
    const memberships = { userId: (await store.find('users', { email: account.email }))?.id ?? '' }
    if ((await store.count('memberships', memberships)) > 0) {
      await store.write([remove('memberships', memberships)])
      expect([await useKey(), await isAuthenticated(account.access)]).toEqual([401, false])
    } else if (useWithKey) {
      expect([401, 403]).not.toContain((await send(useWithKey(key))).status)
      await change(account.email, privilege.revoked)
      expect((await send(useWithKey(key))).status).toBe(403)
    }
  })
})

describe.each(casesWith('signOut'))('$name', (testCase) => {
  it('R02 revokes both tokens at sign-out, but no other session', async () => {
    const subject = await openTestServer(testCase)
    const account = await subject.createAccount()
    const other = await subject.signInAs(account)
    const { status } = await subject.send(subject.signOut(account))
    expect(status).toSatisfy(isSuccess)
    expect(await subject.isAuthenticated(account.access)).toBe(false)
    if (account.refresh && subject.refresh)
      expect((await subject.send(subject.refresh(account.refresh))).status).toBe(401)
    expect(await subject.isAuthenticated(other.access)).toBe(true)
  })

  it('R02 ignores the refresh token of another user at sign-out', async () => {
    const subject = await openTestServer(testCase)
    const [attacker, victim] = [await subject.createAccount(), await subject.createAccount()]
    await subject.send(subject.signOut({ access: attacker.access, refresh: victim.refresh }))
    expect(await subject.isAuthenticated(victim.access)).toBe(true)
    if (victim.refresh && subject.refresh)
      expect((await subject.send(subject.refresh(victim.refresh))).status).toBe(200)
  })
})

describe.each(casesWith('changePassword'))('$name', (testCase) => {
  it('R03 requires the current password for a change and ends all other sessions', async () => {
    const subject = await openTestServer(testCase)
    const account = await subject.createAccount()
    const others = [await subject.signInAs(account), await subject.signInAs(account)]
    const next = 'another phrase altogether'
    const wrong = await subject.send(
      subject.changePassword(account.access, { current: 'not this one', next }),
    )
    expect(wrong.status).toBe(subject.statuses.wrongCurrentPassword)
    for (const { access } of [account, ...others]) expect(await subject.isAuthenticated(access)).toBe(true)
    const right = await subject.send(
      subject.changePassword(account.access, { current: account.password, next }),
    )
    expect(right.status).toSatisfy(isSuccess)
    for (const { access, refresh } of others) {
      expect(await subject.isAuthenticated(access)).toBe(false)
      if (refresh && subject.refresh) expect((await subject.send(subject.refresh(refresh))).status).toBe(401)
    }
    expect((await subject.send(subject.signIn(account))).status).toBe(401)
    await subject.signInAs({ ...account, password: next })
  })

  it('A05 counts wrong passwords of all operations together', async () => {
    const subject = await openTestServer(testCase, { limits: true })
    const account = await subject.createAccount()
    const statuses: number[] = []
    for (let round = 0; round < 10; round++) {
      const attempts = [
        subject.signIn({ email: account.email, password: 'wrong' }),
        subject.changePassword(account.access, { current: 'wrong', next: 'another phrase altogether' }),
      ]
      for (const attempt of attempts) statuses.push((await subject.send(attempt)).status)
    }
    expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(10)
    expect(statuses.at(-1)).toBe(429)
  })
})

describe.each(casesWith('requestReset', 'confirmReset'))('$name', (testCase) => {
  it('R03 ends all sessions at a password reset', async () => {
    const subject = await openTestServer(testCase)
    const { send, requestReset, confirmReset, refresh, isAuthenticated, mailedToken, signInAs } = subject
    let account = await subject.createAccount()
    // The first reset verifies the email, which revokes more than later resets do.
    for (const password of ['another phrase altogether', 'and yet another one']) {
      const all = [account, await signInAs(account), await signInAs(account)]
      await send(requestReset(account.email))
      const token = await mailedToken(account.email, 'resetPassword')
      expect((await send(confirmReset({ ...account, token, password }))).status).toSatisfy(isSuccess)
      for (const session of all) {
        expect(await isAuthenticated(session.access)).toBe(false)
        if (session.refresh && refresh) expect((await send(refresh(session.refresh))).status).toBe(401)
      }
      account = { ...account, password, ...(await signInAs({ ...account, password })) }
    }
  })
})

describe.each(casesWith('refresh'))('$name', (testCase) => {
  it('R05 revokes the session when a refresh token is reused after the grace', async () => {
    const subject = await openTestServer(testCase)
    const account = await subject.createAccount()
    const first = account.refresh ?? ''
    const second = subject.credentialIn(await subject.send(subject.refresh(first)))
    await subject.advance(11)
    expect((await subject.send(subject.refresh(first))).status).toBe(401)
    expect((await subject.send(subject.refresh(second.refresh ?? ''))).status).toBe(401)
    expect(await subject.isAuthenticated(second.access)).toBe(false)
    expect(subject.events('refresh').some(({ outcome }) => outcome !== 'succeeded')).toBe(true)
  })

  it('R05 tolerates the reuse of the immediate predecessor only', async () => {
    const subject = await openTestServer(testCase)
    const { send, refresh, credentialIn } = subject
    const first = (await subject.createAccount()).refresh ?? ''
    const second = credentialIn(await send(refresh(first)))
    const third = credentialIn(await send(refresh(second.refresh ?? '')))
    expect((await send(refresh(first))).status).toBe(401)
    expect(await subject.isAuthenticated(third.access)).toBe(false)
    expect((await send(refresh(third.refresh ?? ''))).status).toBe(401)
  })

  it('R05 revokes one or all sessions of the user, as the API says, but none of other users', async () => {
    const subject = await openTestServer(testCase)
    const { send, refresh, isAuthenticated } = subject
    const [account, unrelatedUser] = [await subject.createAccount(), await subject.createAccount()]
    const others = [account, await subject.signInAs(account)]
    // The latest session, because an API may limit refresh to it.
    const victim = await subject.signInAs(account)
    expect((await send(refresh(victim.refresh ?? ''))).status).toBe(200)
    await subject.advance(11)
    expect((await send(refresh(victim.refresh ?? ''))).status).toBe(401)
    const areAllRevoked = testCase.adapter.onReuse === 'allSessions'
    for (const { access } of others) expect(await isAuthenticated(access)).toBe(!areAllRevoked)
    if (areAllRevoked)
      for (const other of others) expect((await send(refresh(other.refresh ?? ''))).status).toBe(401)
    expect((await send(refresh(unrelatedUser.refresh ?? ''))).status).toBe(200)
  })

  it('R06 accepts only one of 50 concurrent refreshes, with one successor', async () => {
    const subject = await openTestServer(testCase)
    const { refresh } = await subject.createAccount()
    const responses = await Promise.all(times(50, () => subject.send(subject.refresh(refresh ?? ''))))
    expect(countStatuses(responses)).toEqual({ 200: 1, 401: 49 })
    const [winner] = responses.filter(({ status }) => status === 200)
    const successor = winner && subject.credentialIn(winner)
    expect(await subject.isAuthenticated(successor?.access ?? '')).toBe(true)
    expect((await subject.send(subject.refresh(successor?.refresh ?? ''))).status).toBe(200)
  })

  it('R07 rejects the second of two racing refreshes without ending the session', async () => {
    const subject = await openTestServer(testCase)
    const { refresh } = await subject.createAccount()
    const winner = subject.credentialIn(await subject.send(subject.refresh(refresh ?? '')))
    expect((await subject.send(subject.refresh(refresh ?? ''))).status).toBe(401)
    expect((await subject.send(subject.refresh(winner.refresh ?? ''))).status).toBe(200)
  })

  it('R08 rejects the refresh of an idle session', async () => {
    const subject = await openTestServer(testCase)
    const { refresh } = await subject.createAccount()
    await subject.advance(7 * day + 1)
    expect((await subject.send(subject.refresh(refresh ?? ''))).status).toBe(401)
  })
})
