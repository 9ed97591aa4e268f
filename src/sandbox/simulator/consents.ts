import { base64url } from 'jose'
import type { ProviderName, SimulatedAccount } from './accounts.ts'
import type { Outcome } from './outcomes.ts'

/** The parameters of an authorization request. */
export interface AuthorizationRequest {
  provider: ProviderName
  clientId: string
  redirectUri: string
  state: string | undefined
  scope: string
  /** The PKCE challenge, if the client sent one. */
  challenge: string | undefined
  nonce: string | undefined
}

/** An authorization request and its decision, if any. */
export interface Consent extends AuthorizationRequest {
  id: string
  /** The URL of the redirect after the decision. */
  redirect?: string
}

/** The grant behind an authorization code. */
export interface CodeGrant extends AuthorizationRequest {
  /** Null simulates an account whose profile cannot be read. */
  account: SimulatedAccount | null
  expiresAt: number
}

const codeLifetimeMs = 10 * 60_000
const maxEntries = 1_000

/**
 * Creates the consents and authorization codes of the simulated providers, in memory.
 * @param issuerOf returns the `iss` parameter of a provider's callbacks (RFC 9207), if it sends one
 */
export function createConsents(issuerOf: (provider: ProviderName) => string | undefined) {
  const consents = new Map<string, Consent>()
  const grants = new Map<string, CodeGrant>()

  return {
    find: (id: string) => consents.get(id),
    pending: () => [...consents.values()].filter((consent) => consent.redirect === undefined),

    open(request: AuthorizationRequest): Consent {
      const consent = { ...request, id: newSecret() }
      return keepNewest(consents, consent.id, consent)
    },

    /** Decides a consent, unless it is already decided. Returns the redirect URL of the first decision. */
    decide: (consent: Consent, outcome: Outcome): string =>
      consent.redirect ??
      close(consent, 'account' in outcome ? grant(consent, outcome.account) : fail(consent, outcome.error)),

    /** Redeems a code once. Returns undefined if the code is unknown, expired or already redeemed. */
    redeem(code: string): CodeGrant | undefined {
      const grant = grants.get(code)
      grants.delete(code)
      return grant && grant.expiresAt > Date.now() ? grant : undefined
    },

    clear() {
      consents.clear()
      grants.clear()
    },
  }

  function grant(consent: Consent, account: SimulatedAccount | null): { code: string } {
    const code = newSecret()
    keepNewest(grants, code, { ...consent, account, expiresAt: Date.now() + codeLifetimeMs })
    return { code }
  }

  function fail(consent: Consent, error: Extract<Outcome, { error: unknown }>['error']) {
    if (error === 'invalid_code') return { code: newSecret() }
    if (error === 'profile_unavailable') return grant(consent, null)
    return { error, error_description: descriptions[error] }
  }

  function close(consent: Consent, outcome: Record<string, string>): string {
    const url = new URL(consent.redirectUri)
    const issuer = issuerOf(consent.provider)
    const parameters = { ...outcome, ...(consent.state !== undefined && { state: consent.state }) }
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    if (issuer !== undefined) url.searchParams.set('iss', issuer)
    consent.redirect = url.href
    return url.href
  }
}

const descriptions = {
  access_denied: 'The user denied the request',
  server_error: 'The provider had an unexpected error',
  temporarily_unavailable: 'The provider is overloaded or under maintenance',
}

export function newSecret() {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(24)))
}

/** Adds an entry. Drops the oldest one above `maxEntries`, to bound memory. */
export function keepNewest<T>(entries: Map<string, T>, key: string, value: T): T {
  entries.set(key, value)
  const oldest = entries.keys().next().value
  if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest)
  return value
}
