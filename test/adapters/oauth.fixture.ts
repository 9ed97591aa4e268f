import { oauthProviders } from '../../src/adapters/oauth/index.ts'
import type { Fetch } from '../../src/adapters/oauth/settings.ts'
import type { OAuthProvider } from '../../src/core/oauth-provider.ts'
import {
  createSimulator,
  type ProviderName,
  type SimulatedAccount,
  type SimulatorSettings,
} from '../../src/sandbox/simulator/index.ts'

export const names: ProviderName[] = ['google', 'github', 'twitter']
export const redirectUri = 'http://localhost:8090/api/callback?kept=1'
/** The PKCE pair of RFC 7636, appendix B. */
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
export const url = 'http://localhost:8090/sandbox/__dev/providers'

/**
 * Our adapters talking to a simulator.
 * @param bend changes the answer to a request of theirs, as a provider that misbehaves would
 */
export function simulated({
  bend = (_path, answer) => answer(),
  timeoutMs = 10_000,
  ...settings
}: Partial<SimulatorSettings> & {
  bend?: (path: string, answer: () => Promise<Response>, init: RequestInit | undefined) => Promise<Response>
  timeoutMs?: number
} = {}) {
  const simulator = createSimulator({ url, ...settings })
  const calls: string[] = []
  const through =
    (reach: Fetch): Fetch =>
    (address, init) => {
      const path = address.slice(url.length)
      calls.push(path)
      return bend(path, () => reach(address, init), init)
    }
  const { google, github, twitter } = simulator.providers
  if (!google || !github || !twitter) throw new Error('The simulator lacks a provider')
  const bent = <Settings extends { fetch?: Fetch }>(one: Settings) => ({
    ...one,
    timeoutMs,
    fetch: through(one.fetch ?? fetch),
  })
  const oauth = { google: bent(google), github: bent(github), twitter: bent(twitter) }
  const providers = oauthProviders(oauth)
  const provider = (name: ProviderName): OAuthProvider => {
    const one = providers.get(name)
    if (!one) throw new Error(`There is no ${name}`)
    return one
  }

  /** A browser at the authorization page, and the API function that decides. @returns the query of the callback */
  async function consent(name: ProviderName, account: SimulatedAccount | null, state = 'a-state') {
    const ask = provider(name).authorizationUrl({ state, challenge, nonce: challenge, redirectUri })
    await simulator.fetch(new Request(ask))
    const callback = simulator.decide(state, account)
    if (!callback) throw new Error('Nothing was pending')
    return new URL(callback).searchParams
  }

  /** All of it, with what a callback is answered with. */
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
