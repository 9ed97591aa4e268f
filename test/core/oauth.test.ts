import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/core/errors.ts'
import { exchangeOAuth, finishOAuth, startOAuth } from '../../src/core/oauth.ts'
import type { OAuthPolicy } from '../../src/core/oauth-accounts.ts'
import type { OAuthProvider } from '../../src/core/oauth-provider.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { insert, update } from '../../src/core/store.ts'
import { inParallel, requestMeta, times } from './oauth.fixture.ts'
import { authError, lin, never, realm, redirectTo, redirectUri, setUp } from './oauth-flow.ts'

describe('sign-in through a provider', () => {
  it('creates an account at the first sign-in and finds it at the next', async () => {
    const { core, signIn, counts } = setUp()
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

  it('returns to the page that was requested at the start', async () => {
    const { start, resume } = setUp()
    expect(await resume((await start()).state)).toMatchObject({
      provider: 'google',
      realm,
      redirectUri,
      redirectTo: 'https://web.example/projects',
    })
  })

  it('writes the extra changes of the policy together with the account, all or nothing', async () => {
    const { core, signIn, counts } = setUp()
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
      authError('emailNotVerified'),
    )
    const clashing: OAuthPolicy = { ...never, extraChanges: () => [insert('organizations', organization)] }
    await expect(signIn({ ...lin, subject: '3', email: 'y@example.net' }, clashing)).rejects.toThrow()
    expect(await counts()).toMatchObject({ users: 1, identities: 1, organizations: 1, sessions: 1 })
  })

  it('copies name and picture from the provider only if the policy says so', async () => {
    const { signIn } = setUp()
    const renamed = { ...lin, name: 'Lin C.', picture: null }
    await signIn(lin)
    expect((await signIn(renamed, { ...never, syncsProfile: false })).issued.user.name).toBe('Lin Chen')
    expect((await signIn(renamed)).issued.user).toMatchObject({ name: 'Lin C.', picture: lin.picture })
  })

  it('ignores names and pictures that are not safe to display', async () => {
    const { signIn } = setUp()
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

  it('rejects users that an operator has disabled', async () => {
    const { core, signIn, counts } = setUp()
    const { issued } = await signIn(lin)
    await core.store.write([update('users', { id: issued.user.id }, { status: 'disabled' })])
    await expect(signIn(lin)).rejects.toEqual(authError('userDisabled'))
    expect(await counts()).toMatchObject({ sessions: 1 })
  })

  it('reports the reason when the user or the provider declines', async () => {
    const { core, providers, start, resume, calls } = setUp()
    const finish = async (callback: object) =>
      finishOAuth(core, providers, await resume((await start()).state), callback, never, requestMeta)
    await expect(finish({ error: 'access_denied' })).rejects.toEqual(
      authError('oauthDenied', { reason: 'access_denied' }),
    )
    await expect(finish({ error: 'x\r\ny', code: 'lin' })).rejects.toEqual(
      authError('oauthDenied', { reason: 'access_denied' }),
    )
    await expect(finish({})).rejects.toEqual(authError('oauthCodeMissing'))
    expect(calls).toEqual([])
  })

  it('records each attempt once, with its outcome', async () => {
    const { signIn, events } = setUp()
    const { issued } = await signIn(lin)
    await signIn({ ...lin, subject: '2' }).catch(() => undefined)
    expect(events.map(({ name, outcome, reason, userId }) => ({ name, outcome, reason, userId }))).toEqual([
      { name: 'oauthStart', outcome: 'succeeded', reason: null, userId: null },
      { name: 'oauthSignIn', outcome: 'succeeded', reason: null, userId: issued.user.id },
      { name: 'oauthStart', outcome: 'succeeded', reason: null, userId: null },
      { name: 'oauthSignIn', outcome: 'refused', reason: 'accountNotLinked', userId: null },
    ])
  })

  it('rejects providers that are not configured', async () => {
    const { start, resume } = setUp()
    await expect(start('facebook')).rejects.toEqual(authError('providerNotConfigured'))
    await expect(start('__proto__')).rejects.toEqual(authError('providerNotConfigured'))
    await expect(resume((await start()).state, { provider: 'facebook' })).rejects.toEqual(
      authError('providerNotConfigured'),
    )
  })
})

describe('exchange of a credential that an app obtained itself', () => {
  it('signs in with a code or an ID token', async () => {
    const { core, providers, calls } = setUp()
    const request = { provider: 'google', realm, requestMeta }
    const app = 'https://app.example/cb'
    const byCode = await exchangeOAuth(
      core,
      providers,
      { ...request, credential: { code: 'lin', redirectUri: app } },
      never,
    )
    const byToken = await exchangeOAuth(
      core,
      providers,
      { ...request, credential: { idToken: 'signed by google' } },
      never,
    )
    expect([byCode.isNew, byToken.isNew]).toEqual([true, false])
    expect(byToken.issued.user.id).toBe(byCode.issued.user.id)
    expect(calls).toEqual([{ provider: 'google', code: 'lin', redirectUri: app }])
  })

  it('rejects unknown codes, forged ID tokens, and ID tokens of providers that issue none', async () => {
    const { core, providers, counts } = setUp()
    const attempt = (
      provider: string,
      credential: { code: string; redirectUri: string } | { idToken: string },
    ) => exchangeOAuth(core, providers, { provider, realm, requestMeta, credential }, never)
    await expect(attempt('google', { code: 'other', redirectUri })).rejects.toEqual(
      authError('invalidOAuthCode'),
    )
    await expect(attempt('google', { idToken: 'forged' })).rejects.toEqual(authError('invalidIdToken'))
    await expect(attempt('github', { idToken: 'signed by google' })).rejects.toEqual(
      authError('invalidIdToken'),
    )
    expect(await counts()).toMatchObject({ users: 0, sessions: 0 })
  })
})

describe('OAuth states', () => {
  it('O01 creates states of 256 random bits and stores only their hash', async () => {
    const { start, dump } = setUp()
    const [one, other] = [await start(), await start()]
    expect(one.state).toMatch(/^[\w-]{43}$/)
    expect(one.state).not.toBe(other.state)
    expect(one.query.get('state')).toBe(one.state)
    expect(await dump()).not.toContain(one.state)
  })

  it('O01 rejects missing, altered, replayed and foreign states without calling the provider', async () => {
    const { start, resume, calls, counts } = setUp()
    const { state } = await start()
    const unknown = authError('invalidOAuthState')
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

  it('O01 accepts a state for 10 minutes', async () => {
    const { start, resume, advance } = setUp()
    const [first, second] = [await start(), await start()]
    advance(599)
    await resume(first.state)
    advance(1)
    await expect(resume(second.state)).rejects.toEqual(authError('invalidOAuthState'))
  })

  it('O01 rejects one-time tokens of another purpose as a state', async () => {
    const { core, start, resume } = setUp()
    const { state } = await start()
    const row = (await core.store.list('oneTimeTokens', {}, { orderBy: 'createdAt' }))[0]
    if (!row) throw new Error('No state was stored')
    await core.store.write([update('oneTimeTokens', {}, { purpose: 'resetPassword' })])
    await expect(resume(state)).rejects.toEqual(authError('invalidOAuthState'))
  })
})

describe('PKCE', () => {
  it('O02 sends an S256 challenge and discloses the verifier only to the token endpoint', async () => {
    const { core, providers, start, resume, calls, dump } = setUp()
    const { state, query } = await start()
    const challenge = query.get('challenge') ?? ''
    expect(challenge).toMatch(/^[\w-]{43}$/)
    const stored = await dump()
    await finishOAuth(core, providers, await resume(state), { code: 'lin' }, never, requestMeta)
    const [{ verifier = '' } = {}] = calls
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
    expect(Buffer.from(digest).toString('base64url')).toBe(challenge)
    expect(query.toString()).not.toContain(verifier)
    expect(stored).not.toContain(verifier)
  })

  it('O02 uses a new verifier for each attempt, also across a rotation of the secrets', async () => {
    const { core, start, resume } = setUp()
    const [one, other] = [await start(), await start()]
    const first = await resume(one.state)
    const { secrets } = core
    core.secrets = ['a newer secret, as long as the others', ...secrets]
    const second = await resume(other.state)
    expect(second.verifier).not.toBe(first.verifier)
    expect(second.nonce).toBe(other.query.get('nonce'))
  })
})

describe('authorization codes', () => {
  it('O03 redeems a code once and opens one session for 20 concurrent callbacks', async () => {
    const { core, providers, start, resume, calls, counts } = setUp()
    const { state } = await start()
    const { succeeded, codes } = await inParallel(times(20, state), async (one) =>
      finishOAuth(core, providers, await resume(one), { code: 'lin' }, never, requestMeta),
    )
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['invalidOAuthState'] })
    expect(calls).toHaveLength(1)
    expect(await counts()).toMatchObject({ users: 1, sessions: 1 })
  })

  it('O03 creates one account when several attempts of a new user finish concurrently', async () => {
    const { core, providers, start, resume, counts } = setUp()
    const states = await Promise.all(times(10, 'google').map(async (name) => (await start(name)).state))
    const { succeeded } = await inParallel(states, async (state) =>
      finishOAuth(core, providers, await resume(state), { code: 'lin' }, never, requestMeta),
    )
    expect(succeeded).toBe(10)
    expect(await counts()).toMatchObject({ users: 1, identities: 1, sessions: 10 })
  })
})

describe('provider mix-up', () => {
  it('O04 rejects the state of another provider', async () => {
    const { start, resume, calls } = setUp()
    const { state } = await start('google')
    await expect(resume(state, { provider: 'github' })).rejects.toEqual(authError('invalidOAuthState'))
    expect(calls).toEqual([])
  })

  it('O04 rejects a callback with the iss of another provider', async () => {
    const { start, resume, calls } = setUp()
    const google = await start('google')
    await expect(resume(google.state, { issuer: 'https://evil.example' })).rejects.toEqual(
      authError('invalidOAuthState'),
    )
    await resume(google.state, { issuer: 'https://google.example' })
    const twitter = await start('twitter')
    await expect(
      resume(twitter.state, { provider: 'twitter', issuer: 'https://evil.example' }),
    ).rejects.toEqual(authError('invalidOAuthState'))
    expect(calls).toEqual([])
  })
})

describe('redirect targets', () => {
  it('O08 rejects targets that are not allowed when the sign-in starts', async () => {
    const { core, providers, counts } = setUp()
    const startWith = (requested: string) =>
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
      await expect(startWith(requested)).rejects.toEqual(authError('redirectNotAllowed'))
    expect(await counts()).toMatchObject({ oneTimeTokens: 0 })
  })
})

describe('provider failures', () => {
  it.each(['oauthFailed', 'invalidOAuthCode', 'invalidIdToken', 'oauthProfileUnreadable'] as const)(
    'O09 leaves nothing behind when the provider fails with %s',
    async (code) => {
      const { core, providers, start, resume, counts } = setUp()
      const failing = {
        ...providers.get('google'),
        exchange: () => Promise.reject(new AuthError(code)),
      } as OAuthProvider
      const attempt = await resume((await start()).state)
      const broken = new Map([['google', failing]])
      await expect(finishOAuth(core, broken, attempt, { code: 'lin' }, never, requestMeta)).rejects.toEqual(
        authError(code),
      )
      expect(await counts()).toMatchObject({ users: 0, identities: 0, sessions: 0, oneTimeTokens: 0 })
    },
  )
})
