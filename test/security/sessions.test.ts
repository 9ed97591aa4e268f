import { describe, expect, it } from 'vitest'
import { remove } from '../../src/core/store.ts'
import { everywhere, openSubject, tally, times } from './subject.ts'

const day = 24 * 60 * 60

describe.each(everywhere())('$name', (one) => {
  it('R01 makes a new token at every sign-in, ignores those that a client brings, and keeps none', async () => {
    const subject = await openSubject(one)
    const account = await subject.join()
    const chosen = 'c0ffee'.repeat(10)
    const sent = subject.signIn(account)
    const cookies = `session=${chosen}; sid=${chosen}; access_token=${chosen}; refresh_token=${chosen}`
    const headers = { ...sent.headers, cookie: cookies, authorization: `Bearer ${chosen}` }
    const answer = await subject.send({ ...sent, headers })
    expect(answer.status).toBe(subject.statuses.signedIn)
    const brought = subject.credentialIn(answer)
    const other = await subject.signInAs(account)
    const tokens = [account, brought, other].flatMap(({ access, refresh }) => [access, refresh ?? access])
    expect(answer.text).not.toContain(chosen)
    expect(new Set([account.access, brought.access, other.access]).size).toBe(3)
    const kept = await subject.dump()
    for (const token of tokens) {
      const secret = token.split('.').at(-1) ?? ''
      const bytes = Buffer.from(secret, /^[0-9a-f]+$/.test(secret) ? 'hex' : 'base64url')
      expect(bytes.length).toBeGreaterThanOrEqual(16)
      expect(kept).not.toContain(token)
      expect(kept).not.toContain(token.split('.').at(-1))
    }
  })

  it('R04 lets nobody in any more who was disabled or deleted, whatever they hold', async () => {
    const subject = await openSubject(one)
    for (const status of ['disabled', 'deleted']) {
      const account = await subject.join()
      expect(await subject.isIn(account.access)).toBe(true)
      await subject.change(account.email, { status })
      expect(await subject.isIn(account.access)).toBe(false)
      expect((await subject.send(subject.whoAmI(account.access))).status).not.toBe(500)
      if (account.refresh && subject.refresh) {
        const refreshed = await subject.send(subject.refresh(account.refresh))
        expect([401, 403, 404]).toContain(refreshed.status)
      }
      expect([401, 403]).toContain((await subject.send(subject.signIn(account))).status)
    }
  })

  it('R04 lets nobody do any more what they were demoted from, with the very next call', async () => {
    const { granted, withdrawn, settings = {}, isGrantedIn, use } = one.dialect.privilege
    const subject = await openSubject(one)
    const { send, whoAmI, change } = subject
    await subject.settings(settings)
    const account = await subject.join()
    const accesses = [account.access, (await subject.signInAs(account)).access]
    const expectGranted = async (access: string, isGranted: boolean) => {
      const me = await send(whoAmI(access))
      if (isGrantedIn) expect(isGrantedIn(me)).toBe(isGranted)
      if (!use) return
      const { status } = await send(use(access, me))
      if (isGranted) expect(status).toBeLessThan(300)
      else expect(status).toBe(403)
    }
    for (const isGranted of [true, false, true, false]) {
      await change(account.email, isGranted ? granted : withdrawn)
      for (const access of accesses) await expectGranted(access, isGranted)
    }
    if (account.refresh && subject.refresh) {
      const { refresh } = await subject.signInAs(account)
      await change(account.email, granted)
      const next = subject.credentialIn(await send(subject.refresh(refresh ?? '')))
      await change(account.email, withdrawn)
      const last = subject.credentialIn(await send(subject.refresh(next.refresh ?? '')))
      await expectGranted(last.access, false)
    }
  })

  it('R08 ends every session in the end, whatever is done with it', async () => {
    const subject = await openSubject(one)
    let { access, refresh } = await subject.join()
    let days = 0
    for (; days < 100 && (await subject.isIn(access)); days++) {
      await subject.advance(day)
      if (!refresh || !subject.refresh) continue
      const answer = await subject.send(subject.refresh(refresh))
      if (answer.status !== 200) break
      ;({ access, refresh } = subject.credentialIn(answer))
    }
    expect(days).toBeLessThan(100)
    expect(await subject.isIn(access)).toBe(false)
  })
})

describe.each(everywhere('keys'))('$name', (one) => {
  const { keys, privilege } = one.dialect

  async function scene() {
    const subject = await openSubject(one)
    const { send } = subject
    const account = await subject.join()
    const place = keys.placeIn(await send(subject.whoAmI(account.access)))
    const made = await send(keys.create(account.access, place, { name: 'CI', scopes: keys.scopes }))
    const { key } = keys.keyIn(made)
    return { ...subject, account, useKey: async () => (await send(keys.use(key))).status }
  }

  it('R04 ends the API keys of whoever is disabled or deleted', async () => {
    for (const status of ['disabled', 'deleted']) {
      const { account, change, useKey } = await scene()
      expect([401, 403]).not.toContain(await useKey())
      await change(account.email, { status })
      expect(await useKey()).toBe(401)
    }
  })

  it('R04 leaves an API key no more than its owner has', async () => {
    const { account, settings, change, useKey, store, isIn } = await scene()
    await settings(privilege.settings ?? {})
    await change(account.email, privilege.granted)
    expect([401, 403]).not.toContain(await useKey())
    const memberships = { userId: (await store.find('users', { email: account.email }))?.id ?? '' }
    if ((await store.count('memberships', memberships)) > 0) {
      await store.write([remove('memberships', memberships)])
      expect([await useKey(), await isIn(account.access)]).toEqual([401, false])
    } else {
      await change(account.email, privilege.withdrawn)
      expect(await useKey()).toBe(403)
    }
  })
})

describe.each(everywhere('signOut'))('$name', (one) => {
  it('R02 ends access and refresh with the sign-out, of this session alone', async () => {
    const subject = await openSubject(one)
    const account = await subject.join()
    const other = await subject.signInAs(account)
    const { status } = await subject.send(subject.signOut(account))
    expect([200, 204]).toContain(status)
    expect(await subject.isIn(account.access)).toBe(false)
    if (account.refresh && subject.refresh)
      expect((await subject.send(subject.refresh(account.refresh))).status).toBe(401)
    expect(await subject.isIn(other.access)).toBe(true)
  })

  it('R02 signs nobody else out by their refresh token', async () => {
    const subject = await openSubject(one)
    const [attacker, victim] = [await subject.join(), await subject.join()]
    await subject.send(subject.signOut({ access: attacker.access, refresh: victim.refresh }))
    expect(await subject.isIn(victim.access)).toBe(true)
    if (victim.refresh && subject.refresh)
      expect((await subject.send(subject.refresh(victim.refresh))).status).toBe(200)
  })
})

describe.each(everywhere('changePassword'))('$name', (one) => {
  it('R03 changes a password only for who knows it, and ends all other sessions', async () => {
    const subject = await openSubject(one)
    const account = await subject.join()
    const others = [await subject.signInAs(account), await subject.signInAs(account)]
    const next = 'another phrase altogether'
    const wrong = await subject.send(
      subject.changePassword(account.access, { current: 'not this one', next }),
    )
    expect(wrong.status).toBe(subject.statuses.wrongCurrent)
    for (const { access } of [account, ...others]) expect(await subject.isIn(access)).toBe(true)
    const right = await subject.send(
      subject.changePassword(account.access, { current: account.password, next }),
    )
    expect(right.status).toBe(200)
    for (const { access, refresh } of others) {
      expect(await subject.isIn(access)).toBe(false)
      if (refresh && subject.refresh) expect((await subject.send(subject.refresh(refresh))).status).toBe(401)
    }
    expect((await subject.send(subject.signIn(account))).status).toBe(401)
    await subject.signInAs({ ...account, password: next })
  })

  it('A05 counts wrong passwords of all ways together', async () => {
    const subject = await openSubject(one, { limits: true })
    const account = await subject.join()
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

describe.each(everywhere('requestReset', 'confirmReset'))('$name', (one) => {
  it('R03 ends every session by a reset', async () => {
    const subject = await openSubject(one)
    const { send, requestReset, confirmReset, refresh, isIn, mailedToken, signInAs } = subject
    let account = await subject.join()
    // The first one also verifies the address, which ends more than another reset does.
    for (const password of ['another phrase altogether', 'and yet another one']) {
      const all = [account, await signInAs(account), await signInAs(account)]
      await send(requestReset(account.email))
      const token = await mailedToken(account.email, 'resetPassword')
      expect((await send(confirmReset({ ...account, token, password }))).status).toBe(200)
      for (const session of all) {
        expect(await isIn(session.access)).toBe(false)
        if (session.refresh && refresh) expect((await send(refresh(session.refresh))).status).toBe(401)
      }
      account = { ...account, password, ...(await signInAs({ ...account, password })) }
    }
  })
})

describe.each(everywhere('refresh'))('$name', (one) => {
  it('R05 takes a spent refresh token for theft once the race is over, and ends the family', async () => {
    const subject = await openSubject(one)
    const account = await subject.join()
    const first = account.refresh ?? ''
    const second = subject.credentialIn(await subject.send(subject.refresh(first)))
    await subject.advance(11)
    expect((await subject.send(subject.refresh(first))).status).toBe(401)
    expect((await subject.send(subject.refresh(second.refresh ?? ''))).status).toBe(401)
    expect(await subject.isIn(second.access)).toBe(false)
    expect(subject.events('refresh').some(({ outcome }) => outcome !== 'succeeded')).toBe(true)
  })

  it('R05 gives time to the latest of the spent tokens alone', async () => {
    const subject = await openSubject(one)
    const { send, refresh, credentialIn } = subject
    const first = (await subject.join()).refresh ?? ''
    const second = credentialIn(await send(refresh(first)))
    const third = credentialIn(await send(refresh(second.refresh ?? '')))
    expect((await send(refresh(first))).status).toBe(401)
    expect(await subject.isIn(third.access)).toBe(false)
    expect((await send(refresh(third.refresh ?? ''))).status).toBe(401)
  })

  it('R05 ends what the API says, of several sessions, and nobody else’s', async () => {
    const subject = await openSubject(one)
    const { send, refresh, isIn } = subject
    const [account, stranger] = [await subject.join(), await subject.join()]
    const others = [account, await subject.signInAs(account)]
    // The latest, since an API may renew no other.
    const victim = await subject.signInAs(account)
    expect((await send(refresh(victim.refresh ?? ''))).status).toBe(200)
    await subject.advance(11)
    expect((await send(refresh(victim.refresh ?? ''))).status).toBe(401)
    const areAllOver = one.dialect.onReuse === 'allSessions'
    for (const { access } of others) expect(await isIn(access)).toBe(!areAllOver)
    if (areAllOver)
      for (const other of others) expect((await send(refresh(other.refresh ?? ''))).status).toBe(401)
    expect((await send(refresh(stranger.refresh ?? ''))).status).toBe(200)
  })

  it('R06 lets one of fifty refreshes win, and forks nothing', async () => {
    const subject = await openSubject(one)
    const { refresh } = await subject.join()
    const answers = await Promise.all(times(50, () => subject.send(subject.refresh(refresh ?? ''))))
    expect(tally(answers)).toEqual({ 200: 1, 401: 49 })
    const [winner] = answers.filter(({ status }) => status === 200)
    const successor = winner && subject.credentialIn(winner)
    expect(await subject.isIn(successor?.access ?? '')).toBe(true)
    expect((await subject.send(subject.refresh(successor?.refresh ?? ''))).status).toBe(200)
  })

  it('R07 survives two tabs that race: the loser is refused, and nobody is signed out', async () => {
    const subject = await openSubject(one)
    const { refresh } = await subject.join()
    const won = subject.credentialIn(await subject.send(subject.refresh(refresh ?? '')))
    expect((await subject.send(subject.refresh(refresh ?? ''))).status).toBe(401)
    expect((await subject.send(subject.refresh(won.refresh ?? ''))).status).toBe(200)
  })

  it('R08 does not renew what nobody used for too long', async () => {
    const subject = await openSubject(one)
    const { refresh } = await subject.join()
    await subject.advance(7 * day + 1)
    expect((await subject.send(subject.refresh(refresh ?? ''))).status).toBe(401)
  })
})
