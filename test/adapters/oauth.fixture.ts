import { oauthProviders } from '../../src/adapters/oauth/index.ts'
import type { Fetch } from '../../src/adapters/oauth/settings.ts'
import type { OAuthProvider } from '../../src/core/oauth-provider.ts'
import {
  createSimulator,
  type ProviderName,
  type SimulatedAccount,
  type SimulatorSettings,
} from '../../src/sandbox/simulator/index.ts'

export const providerNames: ProviderName[] = ['google', 'github', 'twitter']
export const redirectUri = 'http://localhost:8090/api/callback?kept=1'
/** The PKCE pair of RFC 7636, appendix B. */
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
export const url = 'http://localhost:8090/sandbox/__dev/providers'

/**
 * Connects the OAuth adapters to a simulator.
 * @param options.intercept can replace the response to a request, to simulate a misbehaving provider
 */
export function createSimulatedOAuth({
  intercept = (_path, respond) => respond(),
  timeoutMs = 10_000,
  ...settings
}: Partial<SimulatorSettings> & {
  intercept?: (
    path: string,
    respond: () => Promise<Response>,
    init: RequestInit | undefined,
  ) => Promise<Response>
  timeoutMs?: number
} = {}) {
  const simulator = createSimulator({ url, ...settings })
  const calls: string[] = []
  const intercepted =
    (original: Fetch): Fetch =>
    (target, init) => {
      const path = target.slice(url.length)
      calls.push(path)
      return intercept(path, () => original(target, init), init)
    }
  const { google, github, twitter } = simulator.providers
  if (!google || !github || !twitter) throw new Error('The simulator lacks a provider')
  const withInterceptor = <Settings extends { fetch?: Fetch }>(one: Settings) => ({
    ...one,
    timeoutMs,
    fetch: intercepted(one.fetch ?? fetch),
  })
  const oauth = {
    google: withInterceptor(google),
    github: withInterceptor(github),
    twitter: withInterceptor(twitter),
  }
  const providers = oauthProviders(oauth)
  const provider = (name: ProviderName): OAuthProvider => {
    const one = providers.get(name)
    if (!one) throw new Error(`Unknown provider ${name}`)
    return one
  }

  /** Opens the authorization page and decides on consent. Returns the query parameters of the callback. */
  async function consent(name: ProviderName, account: SimulatedAccount | null, state = 'a-state') {
    const authorizationUrl = provider(name).authorizationUrl({
      state,
      challenge,
      nonce: challenge,
      redirectUri,
    })
    await simulator.fetch(new Request(authorizationUrl))
    const callback = simulator.decide(state, account ? { account } : { error: 'access_denied' })
    if (!callback) throw new Error('No consent was pending')
    return new URL(callback).searchParams
  }

  /** Runs the whole flow and returns the profile. */
  async function profile(name: ProviderName, account: SimulatedAccount) {
    const code = (await consent(name, account)).get('code') ?? ''
    return provider(name).exchange({ code, redirectUri, verifier, nonce: challenge })
  }

  return { simulator, calls, oauth, provider, consent, profile }
}

export const robin: SimulatedAccount = {
  subject: '101',
  name: 'Robin Reed',
  email: 'robin@example.com',
  emailVerified: true,
}
