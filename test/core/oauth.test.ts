import { describe, expect, it } from 'vitest'
import { newUser } from '../../src/core/accounts.ts'
import { AuthError } from '../../src/core/errors.ts'
import {
  consumeOAuthState,
  exchangeOAuth,
  finishOAuth,
  type OAuthStateInput,
  startOAuth,
} from '../../src/core/oauth.ts'
import type { OAuthPolicy } from '../../src/core/oauth-accounts.ts'
import type { CodeExchange, OAuthProfile, OAuthProvider } from '../../src/core/oauth-provider.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { insert, update } from '../../src/core/store.ts'
import { inParallel, requestMeta, testCore, times } from './oauth.fixture.ts'

const realm = 'prj dev'
const redirectUri = 'https://api.example/callback'
const redirectTo = {
  requested: '/projects',
  rules: { allowsOrigin: () => false, baseUrl: 'https://web.example' },
}
const never: OAuthPolicy = { linking: 'never', acceptsUnverifiedEmail: false, syncsProfile: true }
const whenVerified: OAuthPolicy = {
  linking: 'whenVerified',
  acceptsUnverifiedEmail: true,
  syncsProfile: false,
}

const lin: OAuthProfile = {
  subject: '1001',
  email: 'Lin@Example.net',
  emailVerified: true,
  name: 'Lin Chen',
  picture: 'https://pictures.example/lin.png',
}

const refused = (code: string, details = {}) =>
  expect.objectContaining({
    name: 'AuthError',
    code,
    ...(details && { details: expect.objectContaining(details) }),
  })

/** A core, and two providers that hand out whoever is put into `people` under a code. */
function scene() {
  const world = testCore()
  const people: Record<string, OAuthProfile> = { lin }
  const calls: (CodeExchange & { provider: string })[] = []
  const fake = (name: string, issuer: string | null): OAuthProvider => ({
    issuer,
    authorizationUrl: ({ state, challenge, nonce }) =>
      `https://${name}.example/authorize?${new URLSearchParams({ state, challenge, nonce })}`,
    exchange: async (grant) => {
      calls.push({ ...grant, provider: name })
      const profile = people[grant.code]
      if (!profile) throw new AuthError('invalidOAuthCode')
      return profile
    },
  })
  const verifying: OAuthProvider = {
    ...fake('google', 'https://google.example'),
    verifyIdToken: async (idToken) => {
      if (idToken !== 'signed by google') throw new AuthError('invalidIdToken')
      return lin
    },
  }
  const providers = new Map([
    ['google', verifying],
    ['github', fake('github', 'https://github.example')],
    ['twitter', fake('twitter', null)],
  ])
  const { core } = world

  const start = async (provider = 'google', browserNonce: string | null = 'this browser') => {
    const begun = await startOAuth(core, providers, {
      provider,
      realm,
      redirectUri,
      browserNonce,
      redirectTo,
      requestMeta,
    })
    return { ...begun, sent: new URL(begun.authorizationUrl).searchParams }
  }
  const resume = (state: string, change: Partial<OAuthStateInput> = {}) =>
    consumeOAuthState(core, providers, {
      provider: 'google',
      state,
      browserNonce: 'this browser',
      requestMeta,
      ...change,
    })
  /** From the click to the session. */
  const signIn = async (profile: OAuthProfile, policy = never, provider = 'google') => {
    people.code = profile
    const attempt = await resume((await start(provider)).state, { provider })
    return finishOAuth(core, providers, attempt, { code: 'code' }, policy, requestMeta)
  }
  return { ...world, people, calls, providers, start, resume, signIn }
}

describe('signing in through a provider', () => {
  it('makes an account the first time and finds it afterwards', async () => {
    const { core, signIn, counts } = scene()
    const first = await signIn(lin)
    expect(first.isNew).toBe(true)
    expect(first.issued.user).toMatchObject({
      realm,
      email: 'lin@example.net',
      emailVerifiedAt: core.now(),
      passwordHash: null,
      name: 'Lin Chen',
      picture: 'https://pictures.example/lin.png',
      provider: 'google',
    })
    expect(await authenticate(core, { token: first.issued.accessToken, realm })).toMatchObject({
      userId: first.issued.user.id,
    })

    const second = await signIn(lin)
    expect(second.isNew).toBe(false)
    expect(second.issued.user.id).toBe(first.issued.user.id)
    expect(await counts()).toMatchObject({ users: 1, identities: 1, sessions: 2, oneTimeTokens: 0 })
  })

  it('leads to the page that was asked for at the start', async () => {
    const { start, resume } = scene()
    expect(await resume((await start()).state)).toMatchObject({
      provider: 'google',
      realm,
      redirectUri,
      redirectTo: 'https://web.example/projects',
    })
  })

  it('writes what the policy adds together with the account, or nothing at all', async () => {
    const { core, signIn, counts } = scene()
    const organization = { id: 'o1', name: "Lin's", slug: 'lin', createdAt: core.now() }
    await signIn(lin, { ...never, extraChanges: () => [insert('organizations', organization)] })
    expect(await counts()).toMatchObject({ users: 1, organizations: 1 })

    const closed: OAuthPolicy = {
      ...never,
      extraChanges: () => {
        throw new AuthError('emailNotVerified')
      },
    }
    await expect(signIn({ ...lin, subject: '2', email: 'x@example.net' }, closed)).rejects.toEqual(
      refused('emailNotVerified'),
    )
    const clashing: OAuthPolicy = { ...never, extraChanges: () => [insert('organizations', organization)] }
    await expect(signIn({ ...lin, subject: '3', email: 'y@example.net' }, clashing)).rejects.toThrow()
    expect(await counts()).toMatchObject({ users: 1, identities: 1, organizations: 1, sessions: 1 })
  })

  it('follows name and picture of the provider only where the policy says so', async () => {
    const { signIn } = scene()
    const renamed = { ...lin, name: 'Lin C.', picture: null }
    await signIn(lin)
    expect((await signIn(renamed, { ...never, syncsProfile: false })).issued.user.name).toBe('Lin Chen')
    expect((await signIn(renamed)).issued.user).toMatchObject({ name: 'Lin C.', picture: lin.picture })
  })

  it('takes no name or picture that pages cannot show safely', async () => {
    const { signIn } = scene()
    const odd = { ...lin, name: '\u0000 <>\n', picture: 'javascript:alert(1)' }
    const { issued } = await signIn(odd, { ...never, normalizeName: (name) => name.replaceAll(/[<>]/g, '') })
    expect(issued.user).toMatchObject({ name: 'lin', picture: null })
    const long = {
      ...lin,
      subject: '2',
      email: 'z@example.net',
      name: 'é'.repeat(500),
      picture: 'data:image/png,1',
    }
    expect((await signIn(long)).issued.user).toMatchObject({ name: 'é'.repeat(100), picture: null })
  })

  it('is refused to those whom the operator has disabled', async () => {
    const { core, signIn, counts } = scene()
    const { issued } = await signIn(lin)
    await core.store.write([update('users', { id: issued.user.id }, { status: 'disabled' })])
    await expect(signIn(lin)).rejects.toEqual(refused('userDisabled'))
    expect(await counts()).toMatchObject({ sessions: 1 })
  })

  it('ends with the reason when the person or the provider declined', async () => {
    const { core, providers, start, resume, calls } = scene()
    const finish = async (answer: object) =>
      finishOAuth(core, providers, await resume((await start()).state), answer, never, requestMeta)
    await expect(finish({ error: 'access_denied' })).rejects.toEqual(
      refused('oauthDenied', { reason: 'access_denied' }),
    )
    await expect(finish({ error: 'x\r\ny', code: 'lin' })).rejects.toEqual(
      refused('oauthDenied', { reason: 'access_denied' }),
    )
    await expect(finish({})).rejects.toEqual(refused('oauthCodeMissing'))
    expect(calls).toEqual([])
  })

  it('is recorded once, with its outcome', async () => {
    const { signIn, events } = scene()
    const { issued } = await signIn(lin)
    await signIn({ ...lin, subject: '2' }).catch(() => undefined)
    expect(events.map(({ name, outcome, reason, userId }) => ({ name, outcome, reason, userId }))).toEqual([
      { name: 'oauthStart', outcome: 'succeeded', reason: null, userId: null },
      { name: 'oauthSignIn', outcome: 'succeeded', reason: null, userId: issued.user.id },
      { name: 'oauthStart', outcome: 'succeeded', reason: null, userId: null },
      { name: 'oauthSignIn', outcome: 'refused', reason: 'accountNotLinked', userId: null },
    ])
  })

  it('does not exist for a provider without credentials', async () => {
    const { start, resume } = scene()
    await expect(start('facebook')).rejects.toEqual(refused('providerNotConfigured'))
    await expect(start('__proto__')).rejects.toEqual(refused('providerNotConfigured'))
    await expect(resume((await start()).state, { provider: 'facebook' })).rejects.toEqual(
      refused('providerNotConfigured'),
    )
  })
})

describe('an app that talks to the provider itself', () => {
  it('signs people in with the code that it got, or with an ID token', async () => {
    const { core, providers, calls } = scene()
    const ask = { provider: 'google', realm, requestMeta }
    const app = 'https://app.example/cb'
    const byCode = await exchangeOAuth(
      core,
      providers,
      { ...ask, credential: { code: 'lin', redirectUri: app } },
      never,
    )
    const byToken = await exchangeOAuth(
      core,
      providers,
      { ...ask, credential: { idToken: 'signed by google' } },
      never,
    )
    expect([byCode.isNew, byToken.isNew]).toEqual([true, false])
    expect(byToken.issued.user.id).toBe(byCode.issued.user.id)
    expect(calls).toEqual([{ provider: 'google', code: 'lin', redirectUri: app }])
  })

  it('is refused for another code, another token, and tokens that the provider does not make', async () => {
    const { core, providers, counts } = scene()
    const attempt = (
      provider: string,
      credential: { code: string; redirectUri: string } | { idToken: string },
    ) => exchangeOAuth(core, providers, { provider, realm, requestMeta, credential }, never)
    await expect(attempt('google', { code: 'other', redirectUri })).rejects.toEqual(
      refused('invalidOAuthCode'),
    )
    await expect(attempt('google', { idToken: 'forged' })).rejects.toEqual(refused('invalidIdToken'))
    await expect(attempt('github', { idToken: 'signed by google' })).rejects.toEqual(
      refused('invalidIdToken'),
    )
    expect(await counts()).toMatchObject({ users: 0, sessions: 0 })
  })
})

describe('O01: a state', () => {
  it('is 256 random bits, of which only a hash is stored', async () => {
    const { start, dump } = scene()
    const [one, other] = [await start(), await start()]
    expect(one.state).toMatch(/^[\w-]{43}$/)
    expect(one.state).not.toBe(other.state)
    expect(one.sent.get('state')).toBe(one.state)
    expect(await dump()).not.toContain(one.state)
  })

  it('that is missing, altered, replayed or of another browser opens nothing, and nobody asks the provider', async () => {
    const { start, resume, calls, counts } = scene()
    const { state } = await start()
    const unknown = refused('invalidOAuthState')
    await expect(resume('')).rejects.toEqual(unknown)
    await expect(resume(`${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`)).rejects.toEqual(unknown)
    await expect(resume(state, { browserNonce: null })).rejects.toEqual(unknown)
    await expect(resume(state, { browserNonce: '' })).rejects.toEqual(unknown)
    await expect(resume(state, { browserNonce: 'another browser' })).rejects.toEqual(unknown)
    await expect(resume(state, { realm: 'prj prod' })).rejects.toEqual(unknown)
    await resume(state, { realm })
    await expect(resume(state)).rejects.toEqual(unknown)
    expect(calls).toEqual([])
    expect(await counts()).toMatchObject({ users: 0, sessions: 0 })
  })

  it('lives 10 minutes', async () => {
    const { start, resume, advance } = scene()
    const [kept, lost] = [await start(), await start()]
    advance(599)
    await resume(kept.state)
    advance(1)
    await expect(resume(lost.state)).rejects.toEqual(refused('invalidOAuthState'))
  })

  it('is not taken for another kind of one-time token, nor the other way round', async () => {
    const { core, start, resume } = scene()
    const { state } = await start()
    const row = (await core.store.list('oneTimeTokens', {}, { orderBy: 'createdAt' }))[0]
    if (!row) throw new Error('There is no state')
    await core.store.write([update('oneTimeTokens', {}, { purpose: 'resetPassword' })])
    await expect(resume(state)).rejects.toEqual(refused('invalidOAuthState'))
  })
})

describe('O02: PKCE', () => {
  it('is S256, with a verifier that is nowhere but on its way to the provider', async () => {
    const { core, providers, start, resume, calls, dump } = scene()
    const { state, sent } = await start()
    const challenge = sent.get('challenge') ?? ''
    expect(challenge).toMatch(/^[\w-]{43}$/)
    const stored = await dump()
    await finishOAuth(core, providers, await resume(state), { code: 'lin' }, never, requestMeta)
    const [{ verifier = '' } = {}] = calls
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
    expect(Buffer.from(digest).toString('base64url')).toBe(challenge)
    expect(sent.toString()).not.toContain(verifier)
    expect(stored).not.toContain(verifier)
  })

  it('has another verifier for every attempt, and survives a new secret of the server', async () => {
    const { core, start, resume } = scene()
    const [one, other] = [await start(), await start()]
    const first = await resume(one.state)
    const { secrets } = core
    core.secrets = ['a newer secret, as long as the others', ...secrets]
    const second = await resume(other.state)
    expect(second.verifier).not.toBe(first.verifier)
    expect(second.nonce).toBe(other.sent.get('nonce'))
  })
})

describe('O03: a code', () => {
  it('is redeemed once for 20 callbacks at once, which open one session', async () => {
    const { core, providers, start, resume, calls, counts } = scene()
    const { state } = await start()
    const { succeeded, codes } = await inParallel(times(20, state), async (one) =>
      finishOAuth(core, providers, await resume(one), { code: 'lin' }, never, requestMeta),
    )
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['invalidOAuthState'] })
    expect(calls).toHaveLength(1)
    expect(await counts()).toMatchObject({ users: 1, sessions: 1 })
  })

  it('makes one account when many attempts of a newcomer end at once', async () => {
    const { core, providers, start, resume, counts } = scene()
    const states = await Promise.all(times(10, 'google').map(async (name) => (await start(name)).state))
    const { succeeded } = await inParallel(states, async (state) =>
      finishOAuth(core, providers, await resume(state), { code: 'lin' }, never, requestMeta),
    )
    expect(succeeded).toBe(10)
    expect(await counts()).toMatchObject({ users: 1, identities: 1, sessions: 10 })
  })
})

describe('O04: providers are not mixed up', () => {
  it('by the state of one at the callback of another', async () => {
    const { start, resume, calls } = scene()
    const { state } = await start('google')
    await expect(resume(state, { provider: 'github' })).rejects.toEqual(refused('invalidOAuthState'))
    expect(calls).toEqual([])
  })

  it('by a callback that names another issuer', async () => {
    const { start, resume, calls } = scene()
    const google = await start('google')
    await expect(resume(google.state, { issuer: 'https://evil.example' })).rejects.toEqual(
      refused('invalidOAuthState'),
    )
    await resume(google.state, { issuer: 'https://google.example' })
    const twitter = await start('twitter')
    await expect(
      resume(twitter.state, { provider: 'twitter', issuer: 'https://evil.example' }),
    ).rejects.toEqual(refused('invalidOAuthState'))
    expect(calls).toEqual([])
  })
})

describe('O06: who somebody is', () => {
  it('is the pair of provider and subject: the same address elsewhere opens nothing', async () => {
    const { signIn, counts } = scene()
    await signIn(lin)
    for (const policy of [never, { ...never, acceptsUnverified: true }]) {
      await expect(signIn({ ...lin, subject: '2002' }, policy)).rejects.toEqual(refused('accountNotLinked'))
      await expect(signIn(lin, policy, 'github')).rejects.toEqual(refused('accountNotLinked'))
    }
    expect(await counts()).toMatchObject({ users: 1, identities: 1, sessions: 1 })
  })

  it('does not change with the address at the provider', async () => {
    const { signIn } = scene()
    const { issued } = await signIn(lin)
    const moved = await signIn({ ...lin, email: 'new@example.net' })
    expect(moved.issued.user).toMatchObject({ id: issued.user.id, email: 'lin@example.net' })
    const without = await signIn({ ...lin, email: null, emailVerified: false })
    expect(without.issued.user.id).toBe(issued.user.id)
  })

  it('is a matter of one realm', async () => {
    const { core, providers } = scene()
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

  it('is nobody new without an address that the provider vouches for, unless the policy accepts it', async () => {
    const { signIn, counts } = scene()
    const missing = refused('oauthEmailMissing')
    await expect(signIn({ ...lin, email: null })).rejects.toEqual(missing)
    await expect(signIn({ ...lin, email: 'a＠b@c.example' }, whenVerified)).rejects.toEqual(missing)
    await expect(signIn({ ...lin, emailVerified: false })).rejects.toEqual(missing)
    expect(await counts()).toMatchObject({ users: 0, identities: 0 })
    const { issued } = await signIn({ ...lin, emailVerified: false }, whenVerified)
    expect(issued.user.emailVerifiedAt).toBeNull()
  })

  it('tells nothing about accounts to those who cannot prove the address', async () => {
    const { core, signIn } = scene()
    const owner = newUser(core, { realm, email: 'lin@example.net', name: 'Lin' })
    await core.store.write([insert('users', owner)])
    await expect(signIn({ ...lin, emailVerified: false })).rejects.toEqual(refused('oauthEmailMissing'))
  })
})

describe('O06: an address links', () => {
  const cases: [string, Partial<OAuthProfile>, { verified: boolean; password: boolean }, boolean][] = [
    ['verified on both sides', {}, { verified: true, password: true }, true],
    [
      'verified by the provider, of an account without password',
      {},
      { verified: false, password: false },
      true,
    ],
    ['verified by the provider only', {}, { verified: false, password: true }, false],
    ['verified here only', { emailVerified: false }, { verified: true, password: true }, false],
    ['verified nowhere', { emailVerified: false }, { verified: false, password: false }, false],
  ]

  it.each(cases)('%s: as it should', async (_, profile, { verified, password }, links) => {
    const { core, signIn, counts } = scene()
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
      await expect(attempt).rejects.toEqual(refused('accountNotLinked'))
      expect(await counts()).toMatchObject({ users: 1, identities: 0, sessions: 0 })
    }
  })

  it('not at all to an account that is disabled', async () => {
    const { core, signIn, counts } = scene()
    const owner = newUser(core, {
      realm,
      email: 'lin@example.net',
      name: 'Lin',
      emailVerifiedAt: 1,
      status: 'disabled',
    })
    await core.store.write([insert('users', owner)])
    await expect(signIn(lin, whenVerified)).rejects.toEqual(refused('userDisabled'))
    expect(await counts()).toMatchObject({ identities: 0, sessions: 0 })
  })

  it('never to an account that somebody else gets a password for at the same time', async () => {
    const { core, signIn } = scene()
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
    await expect(signIn(lin, whenVerified)).rejects.toEqual(refused('accountNotLinked'))
    expect(hasRaced).toBe(true)
    expect(await store.count('identities', {})).toBe(0)
  })
})

describe('O07: an account that was made in advance', () => {
  /** The attacker has an account with the victim's address, never verified. */
  async function prepared(passwordHash: string | null) {
    const world = scene()
    const { core } = world
    const trap = newUser(core, { realm, email: 'lin@example.net', name: 'Trap', passwordHash })
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
      insert('users', trap),
      insert('sessions', { ...session, ...at, id: 's', userId: trap.id, tokenHash: 's' }),
      insert('identities', { ...at, realm, provider: 'github', subject: 'attacker', userId: trap.id }),
      insert('passkeys', { ...at, credentialId: 'p', userId: trap.id, publicKey: '', counter: 0, name: '' }),
      insert('apiKeys', { ...at, ...key, id: 'k', keyHash: 'k', realm, userId: trap.id }),
      insert('oneTimeTokens', {
        ...{ ...at, tokenHash: 't', purpose: 'passkeyRegistration', realm, userId: trap.id },
        ...{ email: null, data: {}, expiresAt: core.now() + 1e9 },
      }),
    ])
    return { ...world, trap }
  }

  it('with a password keeps its address, and its maker gets nothing from the victim', async () => {
    for (const policy of [never, whenVerified]) {
      const { signIn, counts } = await prepared('of the attacker')
      await expect(signIn(lin, policy)).rejects.toEqual(refused('accountNotLinked'))
      expect(await counts()).toMatchObject({ identities: 1, sessions: 1 })
    }
  })

  it('without a password becomes the victim’s, and every credential from before is dead', async () => {
    const { core, signIn, trap, counts } = await prepared(null)
    const { issued } = await signIn(lin, whenVerified)
    expect(issued.user).toMatchObject({ id: trap.id, emailVerifiedAt: core.now() })
    expect(await counts()).toMatchObject({ sessions: 1, identities: 1, passkeys: 0, oneTimeTokens: 0 })
    expect(await core.store.find('sessions', { id: 's' })).toBeUndefined()
    expect(await core.store.find('identities', { subject: 'attacker' })).toBeUndefined()
    expect(await core.store.find('apiKeys', { id: 'k' })).toMatchObject({ revokedAt: core.now() })

    // The attacker's own account at the other provider does not lead back in either.
    const attacker = { ...lin, subject: 'attacker', emailVerified: false }
    await expect(signIn(attacker, whenVerified, 'github')).rejects.toEqual(refused('accountNotLinked'))
  })

  it('that was verified since keeps what it has', async () => {
    const { core, signIn, trap, counts } = await prepared(null)
    await core.store.write([update('users', { id: trap.id }, { emailVerifiedAt: 1 })])
    await signIn(lin, whenVerified)
    expect(await counts()).toMatchObject({ sessions: 2, identities: 2, passkeys: 1 })
  })
})

describe('O08: where a sign-in may lead', () => {
  it('is decided at the start, by the list', async () => {
    const { core, providers, counts } = scene()
    const begin = (requested: string) =>
      startOAuth(core, providers, {
        ...{ provider: 'google', realm, redirectUri, browserNonce: null, requestMeta },
        redirectTo: { ...redirectTo, requested },
      })
    for (const requested of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '',
    ])
      await expect(begin(requested)).rejects.toEqual(refused('redirectNotAllowed'))
    expect(await counts()).toMatchObject({ oneTimeTokens: 0 })
  })
})

describe('O09: a provider that fails', () => {
  it.each(['oauthFailed', 'invalidOAuthCode', 'invalidIdToken', 'oauthProfileUnreadable'] as const)(
    'with %s leaves nothing behind',
    async (code) => {
      const { core, providers, start, resume, counts } = scene()
      const failing = {
        ...providers.get('google'),
        exchange: () => Promise.reject(new AuthError(code)),
      } as OAuthProvider
      const attempt = await resume((await start()).state)
      const broken = new Map([['google', failing]])
      await expect(finishOAuth(core, broken, attempt, { code: 'lin' }, never, requestMeta)).rejects.toEqual(
        refused(code),
      )
      expect(await counts()).toMatchObject({ users: 0, identities: 0, sessions: 0, oneTimeTokens: 0 })
    },
  )
})
