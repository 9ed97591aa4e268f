import { describe, expect, it } from 'vitest'
import { newUser } from '../../src/core/accounts.ts'
import { exchangeOAuth } from '../../src/core/oauth.ts'
import type { OAuthProfile } from '../../src/core/oauth-provider.ts'
import { insert, update } from '../../src/core/store.ts'
import { requestMeta } from './oauth.fixture.ts'
import { authError, lin, never, realm, setUp, whenVerified } from './oauth-flow.ts'

describe('identities', () => {
  it('O06 identifies users by provider and subject, never by email', async () => {
    const { signIn, counts } = setUp()
    await signIn(lin)
    for (const policy of [never, { ...never, acceptsUnverified: true }]) {
      await expect(signIn({ ...lin, subject: '2002' }, policy)).rejects.toEqual(authError('accountNotLinked'))
      await expect(signIn(lin, policy, 'github')).rejects.toEqual(authError('accountNotLinked'))
    }
    expect(await counts()).toMatchObject({ users: 1, identities: 1, sessions: 1 })
  })

  it('O06 finds the account after the email at the provider has changed', async () => {
    const { signIn } = setUp()
    const { issued } = await signIn(lin)
    const moved = await signIn({ ...lin, email: 'new@example.net' })
    expect(moved.issued.user).toMatchObject({ id: issued.user.id, email: 'lin@example.net' })
    const without = await signIn({ ...lin, email: null, emailVerified: false })
    expect(without.issued.user.id).toBe(issued.user.id)
  })

  it('O06 creates separate accounts in separate realms', async () => {
    const { core, providers } = setUp()
    const credential = { idToken: 'signed by google' }
    const dev = await exchangeOAuth(
      core,
      providers,
      { provider: 'google', realm: 'dev', credential, requestMeta },
      never,
    )
    const prod = await exchangeOAuth(
      core,
      providers,
      { provider: 'google', realm: 'prod', credential, requestMeta },
      never,
    )
    expect(prod.isNew).toBe(true)
    expect(prod.issued.user.id).not.toBe(dev.issued.user.id)
  })

  it('O06 creates no account without a verified email, unless the policy accepts it', async () => {
    const { signIn, counts } = setUp()
    const missing = authError('oauthEmailMissing')
    await expect(signIn({ ...lin, email: null })).rejects.toEqual(missing)
    await expect(signIn({ ...lin, email: 'a＠b@c.example' }, whenVerified)).rejects.toEqual(missing)
    await expect(signIn({ ...lin, emailVerified: false })).rejects.toEqual(missing)
    expect(await counts()).toMatchObject({ users: 0, identities: 0 })
    const { issued } = await signIn({ ...lin, emailVerified: false }, whenVerified)
    expect(issued.user.emailVerifiedAt).toBeNull()
  })

  it('O06 does not reveal accounts to users whose email is not verified', async () => {
    const { core, signIn } = setUp()
    const owner = newUser(core, { realm, email: 'lin@example.net', name: 'Lin' })
    await core.store.write([insert('users', owner)])
    await expect(signIn({ ...lin, emailVerified: false })).rejects.toEqual(authError('oauthEmailMissing'))
  })
})

describe('account linking', () => {
  const cases: [string, Partial<OAuthProfile>, { verified: boolean; password: boolean }, boolean][] = [
    ['an email that both sides have verified is linked', {}, { verified: true, password: true }, true],
    [
      'an email that only the provider has verified is linked to an account without a password',
      {},
      { verified: false, password: false },
      true,
    ],
    [
      'an email that only the provider has verified is not linked to an account with a password',
      {},
      { verified: false, password: true },
      false,
    ],
    [
      'an email that only we have verified is not linked',
      { emailVerified: false },
      { verified: true, password: true },
      false,
    ],
    [
      'an unverified email is not linked',
      { emailVerified: false },
      { verified: false, password: false },
      false,
    ],
  ]

  it.each(cases)('O06 decides on the link: %s', async (_, profile, { verified, password }, links) => {
    const { core, signIn, counts } = setUp()
    const owner = newUser(core, {
      realm,
      email: 'lin@example.net',
      name: 'Lin',
      emailVerifiedAt: verified ? 1 : null,
      passwordHash: password ? 'a hash' : null,
    })
    await core.store.write([insert('users', owner)])
    const attempt = signIn({ ...lin, ...profile }, whenVerified)
    if (links) {
      const { issued, isNew } = await attempt
      expect({ id: issued.user.id, isNew }).toEqual({ id: owner.id, isNew: false })
      expect((await signIn({ ...lin, email: 'else@example.net' }, whenVerified)).issued.user.id).toBe(
        owner.id,
      )
    } else {
      await expect(attempt).rejects.toEqual(authError('accountNotLinked'))
      expect(await counts()).toMatchObject({ users: 1, identities: 0, sessions: 0 })
    }
  })

  it('O06 does not link to a disabled account', async () => {
    const { core, signIn, counts } = setUp()
    const owner = newUser(core, {
      realm,
      email: 'lin@example.net',
      name: 'Lin',
      emailVerifiedAt: 1,
      status: 'disabled',
    })
    await core.store.write([insert('users', owner)])
    await expect(signIn(lin, whenVerified)).rejects.toEqual(authError('userDisabled'))
    expect(await counts()).toMatchObject({ identities: 0, sessions: 0 })
  })

  it('O06 does not link to an account that gets a password concurrently', async () => {
    const { core, signIn } = setUp()
    const owner = newUser(core, { realm, email: 'lin@example.net', name: 'Lin' })
    await core.store.write([insert('users', owner)])
    const { store } = core
    let hasRaced = false
    core.store = {
      ...store,
      write: async (changes) => {
        const isLinking = Array.from(changes).some(
          ({ kind, table }) => kind === 'insert' && table === 'identities',
        )
        if (isLinking && !hasRaced) {
          hasRaced = true
          await store.write([update('users', { id: owner.id }, { passwordHash: 'of an attacker' })])
        }
        return store.write(changes)
      },
    }
    await expect(signIn(lin, whenVerified)).rejects.toEqual(authError('accountNotLinked'))
    expect(hasRaced).toBe(true)
    expect(await store.count('identities', {})).toBe(0)
  })
})

describe('pre-hijacked accounts', () => {
  /** Creates an unverified account with the victim's email and all credentials of an attacker. */
  async function preHijack(passwordHash: string | null) {
    const fixture = setUp()
    const { core } = fixture
    const hijacked = newUser(core, { realm, email: 'lin@example.net', name: 'Attacker', passwordHash })
    const at = { createdAt: core.now() }
    const session = {
      ...{ accessTokenJti: 'a', previousTokenHash: null, rotatedAt: null, userAgent: null, ip: null },
      ...{ lastUsedAt: core.now(), idleExpiresAt: core.now() + 1e9, absoluteExpiresAt: core.now() + 1e9 },
    }
    const key = {
      ...{
        preview: '',
        name: '',
        description: null,
        kind: '',
        organizationId: null,
        projectId: null,
        scopes: [],
      },
      ...{ lastUsedAt: null, expiresAt: null, revokedAt: null },
    }
    await core.store.write([
      insert('users', hijacked),
      insert('sessions', { ...session, ...at, id: 's', userId: hijacked.id, tokenHash: 's' }),
      insert('identities', { ...at, realm, provider: 'github', subject: 'attacker', userId: hijacked.id }),
      insert('passkeys', {
        ...at,
        credentialId: 'p',
        userId: hijacked.id,
        publicKey: '',
        counter: 0,
        name: '',
      }),
      insert('apiKeys', { ...at, ...key, id: 'k', keyHash: 'k', realm, userId: hijacked.id }),
      insert('oneTimeTokens', {
        ...{ ...at, tokenHash: 't', purpose: 'passkeyRegistration', realm, userId: hijacked.id },
        ...{ email: null, data: {}, expiresAt: core.now() + 1e9 },
      }),
    ])
    return { ...fixture, hijacked }
  }

  it('O07 refuses to link to a pre-hijacked account with a password', async () => {
    for (const policy of [never, whenVerified]) {
      const { signIn, counts } = await preHijack('of the attacker')
      await expect(signIn(lin, policy)).rejects.toEqual(authError('accountNotLinked'))
      expect(await counts()).toMatchObject({ identities: 1, sessions: 1 })
    }
  })

  it('O07 hands a pre-hijacked account without a password to the victim and revokes all credentials', async () => {
    const { core, signIn, hijacked, counts } = await preHijack(null)
    const { issued } = await signIn(lin, whenVerified)
    expect(issued.user).toMatchObject({ id: hijacked.id, emailVerifiedAt: core.now() })
    expect(await counts()).toMatchObject({ sessions: 1, identities: 1, passkeys: 0, oneTimeTokens: 0 })
    expect(await core.store.find('sessions', { id: 's' })).toBeUndefined()
    expect(await core.store.find('identities', { subject: 'attacker' })).toBeUndefined()
    expect(await core.store.find('apiKeys', { id: 'k' })).toMatchObject({ revokedAt: core.now() })

    // The attacker's identity at the other provider cannot sign in, either.
    const attacker = { ...lin, subject: 'attacker', emailVerified: false }
    await expect(signIn(attacker, whenVerified, 'github')).rejects.toEqual(authError('accountNotLinked'))
  })

  it('O07 keeps the credentials of an account whose email has been verified', async () => {
    const { core, signIn, hijacked, counts } = await preHijack(null)
    await core.store.write([update('users', { id: hijacked.id }, { emailVerifiedAt: 1 })])
    await signIn(lin, whenVerified)
    expect(await counts()).toMatchObject({ sessions: 2, identities: 2, passkeys: 1 })
  })
})
