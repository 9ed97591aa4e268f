import { describe, expect, it } from 'vitest'
import { getUser, updateProfile } from '../../src/core/accounts.ts'
import { signUp } from '../../src/core/sign-up.ts'
import { ada, administer, engines, outcomeOf, requestMeta, signUpAda, testCore, times } from './core.ts'

describe('profiles', () => {
  it.each(engines)('keeps all of several concurrent profile changes (%s)', async (_, open) => {
    const core = testCore({}, open())
    const { user } = await signUpAda(core)
    await Promise.all(
      times(20, (index) =>
        updateProfile(core, {
          realm: '',
          userId: user.id,
          authority: [],
          requestMeta,
          set: { profile: { [`field${index}`]: index } },
        }),
      ),
    )
    const { profile } = await getUser(core, { realm: '', id: user.id })
    expect(Object.keys(profile)).toHaveLength(20)
  })

  it('changes only the given profile fields', async () => {
    const core = testCore()
    const { user } = await signUpAda(core, { defaults: { profile: { bio: 'x', nickname: 'a' } } })
    core.advance(1)
    const set = { name: 'Ada L.', picture: 'https://example.org/a.png', profile: { nickname: null } }
    const changed = await updateProfile(core, { realm: '', userId: user.id, authority: [], requestMeta, set })
    expect(changed).toEqual({ ...user, ...set, profile: { bio: 'x', nickname: null }, updatedAt: core.now() })
    expect(await getUser(core, { realm: '', id: user.id })).toEqual(changed)
  })
})

describe('accounts', () => {
  it('does not find accounts of other realms', async () => {
    const core = testCore()
    const { user } = await signUpAda(core, { realm: 'dev' })
    const there = { realm: 'prod', userId: user.id, authority: [], requestMeta }
    for (const attempt of [
      getUser(core, { realm: 'prod', id: user.id }),
      updateProfile(core, { ...there, set: { name: 'x' } }),
    ])
      expect(await outcomeOf(attempt)).toBe('userNotFound')
    expect(await getUser(core, { realm: 'dev', id: user.id })).toEqual(user)
  })

  it('frees the email of a deleted account', async () => {
    const core = testCore()
    const { user } = await signUpAda(core)
    await administer(core, user.id, { status: 'deleted' })
    expect(await core.store.count('sessions', {})).toBe(0)
    expect(await outcomeOf(signUp(core, ada))).toBe('succeeded')
  })
})
