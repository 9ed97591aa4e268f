/** Who somebody is at a provider. What the provider did not tell is null. */
export interface OAuthProfile {
  /** The provider's own, unchanging id of the account. */
  subject: string
  email: string | null
  /** Whether the provider vouches that the address is theirs; false where it does not say. */
  emailVerified: boolean
  name: string | null
  picture: string | null
}

export interface AuthorizationRequest {
  state: string
  /** PKCE, S256. */
  challenge: string
  /** Comes back in the ID token of a provider that makes one. */
  nonce: string
  redirectUri: string
  /** Space-separated, in place of what the provider is usually asked for. */
  scope?: string | undefined
  /** Asks Google for a refresh token as well (`access_type=offline`). Other providers ignore it. */
  offlineAccess?: boolean | undefined
}

export interface CodeExchange {
  code: string
  /** The one that the code was sent to. */
  redirectUri: string
  /** PKCE verifier; undefined for a code that somebody else asked for. */
  verifier?: string | undefined
  /** What an ID token has to repeat; undefined for a code that somebody else asked for. */
  nonce?: string | undefined
}

/**
 * An OAuth provider as the rules see it. Its calls end in time, whatever the provider does, and throw an `AuthError`:
 * - `invalidOAuthCode`: it does not accept the code
 * - `invalidIdToken`: an ID token is not its own, not for us, not for this attempt, or expired
 * - `oauthFailed`: it cannot be reached, takes too long, or answers what no provider answers
 * - `oauthProfileUnreadable`: it accepted the code and does not tell whose it is
 */
export interface OAuthProvider {
  /** What it calls itself in the `iss` of a callback (RFC 9207); null for one that does not. */
  issuer: string | null
  authorizationUrl(request: AuthorizationRequest): string
  exchange(grant: CodeExchange): Promise<OAuthProfile>
  /** For apps that got an ID token natively; absent where the provider makes none. */
  verifyIdToken?(idToken: string): Promise<OAuthProfile>
}

/** The providers that have credentials, by the name that users know them by. */
export type OAuthProviders = ReadonlyMap<string, OAuthProvider>
