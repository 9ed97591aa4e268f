import type { OAuthSettings } from '../../adapters/oauth/index.ts'
import type { Fetch } from '../../adapters/oauth/settings.ts'
import { defaultAccounts, type ProviderName, type SimulatedAccount } from './accounts.ts'
import { createApp } from './app.ts'
import { type Consent, createConsents } from './consents.ts'

export { accountFor, defaultAccounts, type ProviderName, type SimulatedAccount } from './accounts.ts'

export interface SimulatorSettings {
  /** Where browsers reach the simulator, without a slash at the end. What it is mounted under is the path of it. */
  url: string
  /** The page that its own pages lead back to. */
  home?: string | undefined
  /** Who can be chosen, beside the accounts that every simulator has. */
  accounts?: readonly SimulatedAccount[]
  /**
   * Codes that are good for ever and for every client, as the examples of a contract need them. Null is an account whose
   * profile cannot be read.
   */
  standingCodes?: Readonly<Record<string, SimulatedAccount | null>>
}

export interface Simulator {
  /** Answers a request, whether its path still has the one of `url` in front or was freed of it by mounting. */
  fetch(request: Request): Response | Promise<Response>
  /** Makes `oauthProviders` use the simulator, in process. */
  providers: Required<OAuthSettings>
  accounts: SimulatedAccount[]
  /** What waits for somebody to allow or deny it, oldest first. */
  pending(): Consent[]
  /**
   * Decides as somebody at the consent page would.
   * @param account one of `accounts`, or any other; null denies
   * @returns where the browser goes now, undefined when nothing of that id or state is waiting
   */
  decide(idOrState: string, account: SimulatedAccount | null): string | undefined
  /** Forgets what is pending, and codes that were not redeemed. */
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

/** What apps that make their own authorization address call themselves. Letters, which every encoding leaves alone. */
const simulatedClient = { clientId: 'simulator', clientSecret: 'simulated' }

/**
 * Google, GitHub and X as far as signing in goes, on this machine: a consent page for people, and what a server asks
 * behind it. For development only: it lets anybody be anybody.
 */
export function createSimulator({
  url,
  home,
  accounts = [],
  standingCodes = {},
}: SimulatorSettings): Simulator {
  const all = [...accounts, ...defaultAccounts]
  // Google alone names itself in its callbacks (RFC 9207).
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
