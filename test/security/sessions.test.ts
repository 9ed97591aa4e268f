import { describe, expect, it } from 'vitest'
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
