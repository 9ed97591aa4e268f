/** The profile of a user at a provider. Unknown values are null. */
export interface OAuthProfile {
  /** The provider's permanent id of the account (`sub`). */
  subject: string
  email: string | null
  /** Whether the provider has verified the email; false if it does not say. */
  emailVerified: boolean
  name: string | null
  picture: string | null
}

/** The parameters of an authorization request. */
export interface AuthorizationRequest {
  state: string
  /** The PKCE challenge (S256). */
  challenge: string
  /** Repeated in the ID token by providers that issue one. */
  nonce: string
  redirectUri: string
  /** Space-separated scopes that replace the default ones. */
  scope?: string | undefined
  /** Asks Google for a refresh token as well (`access_type=offline`). Other providers ignore it. */
  offlineAccess?: boolean | undefined
}

/** The parameters for redeeming an authorization code. */
export interface CodeExchange {
  code: string
  /** The URI that the code was sent to. */
  redirectUri: string
  /** The PKCE verifier; undefined for a code that another party requested. */
  verifier?: string | undefined
  /** The nonce that the ID token has to repeat; undefined for a code that another party requested. */
  nonce?: string | undefined
}

/**
 * The port to an OAuth provider. Implementations limit the duration of each call. They throw an `AuthError`:
 * - `invalidOAuthCode`: the provider rejects the code
 * - `invalidIdToken`: the ID token is from another issuer, for another audience or attempt, or expired
 * - `oauthFailed`: the provider is unreachable, too slow, or returned an invalid response
 * - `oauthProfileUnreadable`: the provider accepted the code, but returned no usable profile
 */
export interface OAuthProvider {
  /** The `iss` that the provider adds to callbacks (RFC 9207); null if it adds none. */
  issuer: string | null
  /** Returns the URL to which the browser is sent to sign in. */
  authorizationUrl(request: AuthorizationRequest): string
  /** Redeems an authorization code and returns the profile of its user. */
  exchange(grant: CodeExchange): Promise<OAuthProfile>
  /** Verifies an ID token that an app obtained itself. Absent if the provider issues none. */
  verifyIdToken?(idToken: string): Promise<OAuthProfile>
}

/** The configured providers by name. */
export type OAuthProviders = ReadonlyMap<string, OAuthProvider>
