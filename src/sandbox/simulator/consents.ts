import { base64url } from 'jose'
import type { ProviderName, SimulatedAccount } from './accounts.ts'

/** What an authorization request asked for. */
export interface AuthorizationRequest {
  provider: ProviderName
  clientId: string
  redirectUri: string
  state: string | undefined
  scope: string
  /** PKCE; undefined where the client did not ask for it. */
  challenge: string | undefined
  nonce: string | undefined
}

/** A request that somebody has to allow or deny. */
export interface Consent extends AuthorizationRequest {
  id: string
  /** Where the browser goes, once it is decided. */
  redirect?: string
}

/** What a code stands for. */
export interface Grant extends AuthorizationRequest {
  account: SimulatedAccount
  expiresAt: number
}

const CODE_LIFETIME_MS = 10 * 60_000
const MOST_ENTRIES = 1_000

/** What the simulated providers remember: in memory, and not for long. */
export function createConsents(issuerOf: (provider: ProviderName) => string | undefined) {
  const consents = new Map<string, Consent>()
  const grants = new Map<string, Grant>()

  return {
    find: (id: string) => consents.get(id),
    pending: () => [...consents.values()].filter((consent) => consent.redirect === undefined),

    open(request: AuthorizationRequest): Consent {
      const consent = { ...request, id: newSecret() }
      return remember(consents, consent.id, consent)
    },

    /** @returns where the browser goes now; the first decision stands */
    allow(consent: Consent, account: SimulatedAccount): string {
      if (consent.redirect !== undefined) return consent.redirect
      const code = newSecret()
      remember(grants, code, { ...consent, account, expiresAt: Date.now() + CODE_LIFETIME_MS })
      return close(consent, { code })
    },

    deny: (consent: Consent): string =>
      consent.redirect ??
      close(consent, { error: 'access_denied', error_description: 'The user denied the request' }),

    /** @returns what the code stands for, the first time */
    redeem(code: string): Grant | undefined {
      const grant = grants.get(code)
      grants.delete(code)
      return grant && grant.expiresAt > Date.now() ? grant : undefined
    },

    clear() {
      consents.clear()
      grants.clear()
    },
  }

  function close(consent: Consent, outcome: Record<string, string>): string {
    const url = new URL(consent.redirectUri)
    const issuer = issuerOf(consent.provider)
    const answer = { ...outcome, ...(consent.state !== undefined && { state: consent.state }) }
    for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value)
    if (issuer !== undefined) url.searchParams.set('iss', issuer)
    consent.redirect = url.href
    return url.href
  }
}

export const newSecret = () => base64url.encode(crypto.getRandomValues(new Uint8Array(24)))

/** Keeps what is newest, so that nobody fills the memory. */
export function remember<T>(entries: Map<string, T>, key: string, value: T): T {
  entries.set(key, value)
  const oldest = entries.keys().next().value
  if (entries.size > MOST_ENTRIES && oldest !== undefined) entries.delete(oldest)
  return value
}
