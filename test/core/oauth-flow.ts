import { expect } from 'vitest'
import { AuthError } from '../../src/core/errors.ts'
import { consumeOAuthState, finishOAuth, type OAuthStateInput, startOAuth } from '../../src/core/oauth.ts'
import type { OAuthPolicy } from '../../src/core/oauth-accounts.ts'
import type { CodeExchange, OAuthProfile, OAuthProvider } from '../../src/core/oauth-provider.ts'
import { requestMeta, testCore } from './oauth.fixture.ts'

export const realm = 'prj dev'
export const redirectUri = 'https://api.example/callback'
export const redirectTo = {
  requested: '/projects',
  rules: { allowsOrigin: () => false, baseUrl: 'https://web.example' },
}
export const never: OAuthPolicy = { linking: 'never', acceptsUnverifiedEmail: false, syncsProfile: true }
export const whenVerified: OAuthPolicy = {
  linking: 'whenVerified',
  acceptsUnverifiedEmail: true,
  syncsProfile: false,
}

export const lin: OAuthProfile = {
  subject: '1001',
  email: 'Lin@Example.net',
  emailVerified: true,
  name: 'Lin Chen',
  picture: 'https://pictures.example/lin.png',
}

/** Matches the error of a failed sign-in. */
export const authError = (code: string, details = {}) =>
  expect.objectContaining({
    name: 'AuthError',
    code,
    ...(details && { details: expect.objectContaining(details) }),
  })

/** Creates a core and three fake providers, which exchange a code for the profile in `profiles`. */
export function setUp() {
  const fixture = testCore()
  const profiles: Record<string, OAuthProfile> = { lin }
  const calls: (CodeExchange & { provider: string })[] = []
  const fake = (name: string, issuer: string | null): OAuthProvider => ({
    issuer,
    authorizationUrl: ({ state, challenge, nonce }) =>
      `https://${name}.example/authorize?${new URLSearchParams({ state, challenge, nonce })}`,
    exchange: async (grant) => {
      calls.push({ ...grant, provider: name })
      const profile = profiles[grant.code]
      if (!profile) throw new AuthError('invalidOAuthCode')
      return profile
    },
  })
  const withIdTokens: OAuthProvider = {
    ...fake('google', 'https://google.example'),
    verifyIdToken: async (idToken) => {
      if (idToken !== 'signed by google') throw new AuthError('invalidIdToken')
      return lin
    },
  }
  const providers = new Map([
    ['google', withIdTokens],
    ['github', fake('github', 'https://github.example')],
    ['twitter', fake('twitter', null)],
  ])
  const { core } = fixture

  const start = async (provider = 'google', browserNonce: string | null = 'this browser') => {
    const started = await startOAuth(core, providers, {
      provider,
      realm,
      redirectUri,
      browserNonce,
      redirectTo,
      requestMeta,
    })
    return { ...started, query: new URL(started.authorizationUrl).searchParams }
  }
  const resume = (state: string, change: Partial<OAuthStateInput> = {}) =>
    consumeOAuthState(core, providers, {
      provider: 'google',
      state,
      browserNonce: 'this browser',
      requestMeta,
      ...change,
    })
  /** Runs the whole flow, from the start to the session. */
  const signIn = async (profile: OAuthProfile, policy = never, provider = 'google') => {
    profiles.code = profile
    const attempt = await resume((await start(provider)).state, { provider })
    return finishOAuth(core, providers, attempt, { code: 'code' }, policy, requestMeta)
  }
  return { ...fixture, calls, providers, start, resume, signIn }
}
