import { describe, expect, it } from 'vitest'
import { mina } from '../../server/fake.ts'
import { open, requestReset, signUpAs } from './scene.ts'

describe('the inbox', () => {
  it('shows mails immediately, newest last, and filters them by recipient', async () => {
    const sandbox = await open()
    await requestReset(sandbox)
    await sandbox.control('clock', { advanceSeconds: 61 })
    await requestReset(sandbox)
    await requestReset(sandbox, 'nobody@example.com')
    const { mails } = await sandbox.control<{
      mails: { kind: string; tokens: string[]; links: string[]; sentAt: string }[]
    }>('inbox')
    expect(mails.map(({ kind }) => kind)).toEqual(['resetPassword', 'resetPassword'])
    expect(mails[1]?.links).toEqual([`https://app.example.com/reset?token=${mails[1]?.tokens[0]}`])
    expect(String(mails[0]?.sentAt) < String(mails[1]?.sentAt)).toBe(true)
    const toMina = await sandbox.control<{ mails: unknown[] }>(`inbox?to=${mina.email.toUpperCase()}`)
    expect(toMina.mails).toHaveLength(2)
    expect(await sandbox.control('inbox?to=nobody@example.com')).toEqual({ mails: [] })
  })

  it.each(['ada+t1@example.com', 'ada%2Bt1@example.com'])('finds the mails to %s', async (to) => {
    const sandbox = await open()
    await signUpAs(sandbox, 'ada+t1@example.com')
    await requestReset(sandbox, 'ada+t1@example.com')
    expect(await sandbox.control(`inbox?to=${to}`)).toMatchObject({ mails: [{ to: 'ada+t1@example.com' }] })
  })

  it('hides mails after a day', async () => {
    const sandbox = await open()
    await requestReset(sandbox)
    await sandbox.control('clock', { advanceSeconds: 24 * 3600 + 1 })
    expect(await sandbox.control('inbox')).toEqual({ mails: [] })
  })
})
