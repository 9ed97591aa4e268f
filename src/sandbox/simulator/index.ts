import type { OAuthSettings } from '../../adapters/oauth/index.ts'
import type { Fetch } from '../../adapters/oauth/settings.ts'
import { defaultAccounts, type ProviderName, type SimulatedAccount } from './accounts.ts'
import { createApp } from './app.ts'
import { type Consent, createConsents } from './consents.ts'

export { accountFor, type ProviderName, type SimulatedAccount } from './accounts.ts'

export interface SimulatorSettings {
  /** The URL of the simulator, without a trailing slash. Its path is where the simulator is mounted. */
  url: string
  /** The page that its pages link back to. */
  home?: string | undefined
  /** Accounts to choose from, in addition to the default ones. */
  accounts?: readonly SimulatedAccount[]
  /** Codes that never expire and work for any client, for the examples of a contract. Null is an unreadable profile. */
  standingCodes?: Readonly<Record<string, SimulatedAccount | null>>
}

export interface Simulator {
  /** Answers a request, with or without the path of `url` in front. */
  fetch(request: Request): Response | Promise<Response>
  /** Settings for `oauthProviders` that reach the simulator in process. */
  providers: Required<OAuthSettings>
  accounts: SimulatedAccount[]
  /** The requests that wait for a decision, oldest first. */
  pending(): Consent[]
  /**
   * Decides a request as the consent page does.
   * @param account one of `accounts`, or any other; null denies
   * @returns where the browser goes, or undefined when no request with that id or state is waiting
   */
  decide(idOrState: string, account: SimulatedAccount | null): string | undefined
  /** Drops pending requests and unredeemed codes. */
  reset(): void
}

/**
 * Credentials for all providers: those that are configured, and simulated ones in place of the others.
 * @param simulator null for none
 */
export function withSimulated(simulator: Simulator | null, configured: OAuthSettings = {}): OAuthSettings {
  const { google, github, twitter } = { ...simulator?.providers }
  return {
    google: configured.google ?? google,
    github: configured.github ?? github,
    twitter: configured.twitter ?? twitter,
  }
}

/** The credentials of any app. Only letters, which no encoding changes. */
const simulatedClient = { clientId: 'simulator', clientSecret: 'simulated' }

/**
 * Simulates signing in with Google, GitHub and X: a consent page for browsers, and the endpoints that a server calls. For
 * development only, because anyone can sign in as anyone.
 */
export function createSimulator({
  url,
  home,
  accounts = [],
  standingCodes = {},
}: SimulatorSettings): Simulator {
  const all = [...accounts, ...defaultAccounts]
  // Only Google sends `iss` in its callbacks (RFC 9207).
  const issuerOf = (provider: ProviderName) => (provider === 'google' ? `${url}/google` : undefined)
  const consents = createConsents(issuerOf)
  const app = createApp({ url, home, client: simulatedClient, accounts: all, standingCodes, consents })
  const path = new URL(url).pathname

  const answer = (request: Request) => {
    const target = new URL(request.url)
    if (path !== '/' && target.pathname.startsWith(`${path}/`))
      target.pathname = target.pathname.slice(path.length)
    return app.fetch(new Request(target, request))
  }
  const inProcess: Fetch = async (address, init) => answer(new Request(address, init))
  const common = { ...simulatedClient, allowInsecure: true, fetch: inProcess }

  return {
    fetch: answer,
    providers: {
      google: {
        ...common,
        endpoints: {
          issuer: `${url}/google`,
          authorization: `${url}/google/authorize`,
          token: `${url}/google/token`,
          jwks: `${url}/google/jwks`,
        },
      },
      github: {
        ...common,
        endpoints: {
          issuer: `${url}/github`,
          authorization: `${url}/github/authorize`,
          token: `${url}/github/token`,
          user: `${url}/github/user`,
          emails: `${url}/github/user/emails`,
        },
      },
      twitter: {
        ...common,
        endpoints: {
          authorization: `${url}/twitter/authorize`,
          token: `${url}/twitter/token`,
          user: `${url}/twitter/users/me`,
        },
      },
    },
    accounts: all,
    pending: consents.pending,
    decide(idOrState, account) {
      const consent = consents.pending().find(({ id, state }) => id === idOrState || state === idOrState)
      if (!consent) return undefined
      return account ? consents.allow(consent, account) : consents.deny(consent)
    },
    reset: consents.clear,
  }
}
