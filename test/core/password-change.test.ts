import { describe, expect, it } from 'vitest'
import { changePassword } from '../../src/core/password-change.ts'
import { confirmPasswordReset, requestPasswordReset } from '../../src/core/password-reset.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { signIn } from '../../src/core/sign-in.ts'
import { signInAsGuest } from '../../src/core/sign-up.ts'
import {
  ada,
  countOutcomes,
  mailedToken,
  outcomeOf,
  requestMeta,
  signUpAda,
  testCore,
  times,
} from './core.ts'

const newPassword = 'a-brand-new-horse'
const setUp = async (rules: Parameters<typeof testCore>[0] = {}) => {
  const core = testCore(rules)
  const { issued } = await signUpAda(core)
  const sessionWithUser = await authenticate(core, { token: issued.accessToken })
  const change = (input: { currentPassword?: string; newPassword?: string } = {}) =>
    changePassword(core, {
      sessionWithUser,
      currentPassword: ada.password,
      newPassword,
      requestMeta,
      ...input,
    })
  return { core, issued, sessionWithUser, change }
}

describe('password changes', () => {
  it.each([
    [false, 'succeeded'],
    [true, 'invalidToken'],
  ])(
    'ends all other sessions, and the current one if changeEndsCurrentSession is %s',
    async (changeEndsCurrentSession, own) => {
      const { core, issued, change } = await setUp({ password: { changeEndsCurrentSession } })
      const elsewhere = await signIn(core, ada)
      await change()
      expect(await outcomeOf(authenticate(core, { token: elsewhere.accessToken }))).toBe('invalidToken')
      expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe(own)
      expect(await outcomeOf(signIn(core, ada))).toBe('invalidCredentials')
      expect(await outcomeOf(signIn(core, { ...ada, password: newPassword }))).toBe('succeeded')
    },
  )

  it('revokes reset tokens and notifies the user by mail', async () => {
    const { core, change } = await setUp()
    await requestPasswordReset(core, { realm: '', email: 'ada@example.org', requestMeta })
    const token = await mailedToken(core, 'resetPassword')
    await change()
    expect(await outcomeOf(confirmPasswordReset(core, { realm: '', token, newPassword, requestMeta }))).toBe(
      'invalidMailToken',
    )
    expect(await core.sentMails()).toContainEqual(
      expect.objectContaining({ kind: 'passwordChanged', token: null, link: null }),
    )
  })

  it('requires the current password and counts wrong ones as failed sign-ins', async () => {
    const { core, change } = await setUp()
    const guesses = times(5, () => change({ currentPassword: 'wrong' }))
    expect(await countOutcomes(guesses)).toEqual({ wrongPassword: 5 })
    await countOutcomes(times(5, () => signIn(core, { ...ada, password: 'wrong' })))
    expect(await outcomeOf(change())).toBe('accountLocked')
    expect(await outcomeOf(signIn(core, ada))).toBe('accountLocked')
    expect(await core.store.count('sessions', {})).toBe(1)
  })

  it('accepts only one of several concurrent changes', async () => {
    const { change } = await setUp()
    const changes = times(5, (index) => change({ newPassword: `horse-number-${index}-wins` }))
    expect(await countOutcomes(changes)).toEqual({ succeeded: 1, wrongPassword: 4 })
  })

  it.each([
    ['short', 'passwordTooShort'],
    ['password123', 'commonPassword'],
    [ada.password, 'passwordUnchanged'],
  ])('rejects the new password %j', async (password, code) => {
    const { change } = await setUp({ password: { mustDiffer: true } })
    expect(await outcomeOf(change({ newPassword: password }))).toBe(code)
  })

  it('rejects a change for accounts without a password', async () => {
    const core = testCore()
    const { accessToken } = await signInAsGuest(core, { realm: '', name: 'Visitor', requestMeta })
    const sessionWithUser = await authenticate(core, { token: accessToken })
    const attempt = changePassword(core, { sessionWithUser, currentPassword: '', newPassword, requestMeta })
    expect(await outcomeOf(attempt)).toBe('noPassword')
  })
})
