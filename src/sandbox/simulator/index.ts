import type { OAuthSettings } from '../../adapters/oauth/index.ts'
import type { Fetch } from '../../adapters/oauth/settings.ts'
import { withoutPrefix } from '../../server/without-prefix.ts'
import { defaultAccounts, type PermanentCodes, type ProviderName, type SimulatedAccount } from './accounts.ts'
import { createApp } from './app.ts'
import { type Consent, createConsents } from './consents.ts'
import type { Outcome } from './outcomes.ts'

export { accountFor, noteOf, type ProviderName, type SimulatedAccount } from './accounts.ts'

export interface SimulatorSettings {
  /** The URL at which the simulator is mounted, without a trailing slash. */
  url: string
  /** The URL of a page that the simulator's pages link to. None by default. */
  home?: string | undefined
  /** Accounts in addition to the default ones. */
  accounts?: readonly SimulatedAccount[] | undefined
  /** Whether the API accepts emails that the provider has not verified. False by default. */
  acceptsUnverifiedEmail?: boolean | undefined
  /** Reusable codes for the examples of a contract. */
  permanentCodes?: PermanentCodes | undefined
}

export interface Simulator {
  /** Handles a request, with or without the path prefix of `url`. */
  fetch(request: Request): Response | Promise<Response>
  /** Settings for `oauthProviders` that call the simulator in process. */
  providers: Required<OAuthSettings>
  accounts: SimulatedAccount[]
  /** Returns the consents that are not decided, oldest first. */
  pending(): Consent[]
  /**
   * Decides a pending consent like its page does.
   * @returns the redirect URL; undefined if no pending consent has this id or state
   */
  decide(idOrState: string, outcome: Outcome): string | undefined
  /** Drops all consents and unredeemed codes. */
  reset(): void
}

/**
 * Returns the configured providers, and simulated ones for the rest. Without a simulator, only the
 * configured ones.
 */
export function addSimulatedProviders(
  simulator: Simulator | null,
  configured: OAuthSettings = {},
): OAuthSettings {
  const { google, github, twitter } = { ...simulator?.providers }
  return {
    google: configured.google ?? google,
    github: configured.github ?? github,
    twitter: configured.twitter ?? twitter,
  }
}

/** The credentials of every app. Only letters, so that they need no encoding in URLs and headers. */
const simulatedClient = { clientId: 'simulator', clientSecret: 'simulated' }

/**
 * Creates a simulator of the OAuth providers Google, GitHub and X: a consent page for browsers, and the
 * endpoints that servers call. Only for development, because anyone can sign in as anyone.
 */
export function createSimulator({
  url,
  home,
  accounts = [],
  acceptsUnverifiedEmail = false,
  permanentCodes = {},
}: SimulatorSettings): Simulator {
  const all = [...accounts, ...defaultAccounts(acceptsUnverifiedEmail)]
  // Only Google sends `iss` in its callbacks (RFC 9207).
  const issuerOf = (provider: ProviderName) => (provider === 'google' ? `${url}/google` : undefined)
  const consents = createConsents(issuerOf)
  const app = createApp({ url, home, client: simulatedClient, accounts: all, permanentCodes, consents })
  const path = new URL(url).pathname

  const handle = (request: Request) => {
    const hasPrefix = path !== '/' && new URL(request.url).pathname.startsWith(`${path}/`)
    return app.fetch(hasPrefix ? withoutPrefix(request, path) : request)
  }
  const inProcess: Fetch = async (url, init) => handle(new Request(url, init))
  const common = { ...simulatedClient, allowInsecure: true, fetch: inProcess }

  return {
    fetch: handle,
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
    decide(idOrState, outcome) {
      const consent = consents.pending().find(({ id, state }) => id === idOrState || state === idOrState)
      return consent && consents.decide(consent, outcome)
    },
    reset: consents.clear,
  }
}
