import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { base64url } from 'jose'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import { type OAuthPolicy, signInWithOAuthProfile } from './oauth-accounts.ts'
import type { OAuthProvider, OAuthProviders } from './oauth-provider.ts'
import type { Core, RequestMeta } from './ports.ts'
import { type RedirectRules, resolveRedirect } from './redirects.ts'
import { areSame, hashOf, newSecret } from './secrets.ts'
import type { IssuedTokens } from './sessions.ts'
import { insert, remove } from './store.ts'
import type { OneTimeToken } from './tables.ts'

const purpose = 'oauth'
const lifetimeSeconds = 600

/** The input of `startOAuth`. */
export interface OAuthStartInput {
  provider: string
  realm: string
  /** The URL of our callback, as registered with the provider. */
  redirectUri: string
  /** A secret in a cookie that binds the attempt to the browser; null for clients without cookies. */
  browserNonce: string | null
  /** The page to return to after sign-in; null if the callback responds itself. */
  redirectTo: { requested: string; rules: RedirectRules } | null
  /** Space-separated scopes that replace the default ones of the provider. */
  scope?: string
  /** Asks Google for a refresh token as well (`access_type=offline`). Other providers ignore it. */
  offlineAccess?: boolean
  requestMeta: RequestMeta
}

/**
 * Starts a sign-in through a provider. It can be finished once, within 10 minutes.
 * @returns the URL to redirect to, the state, and the end of its lifetime in milliseconds since 1970
 * @throws {AuthError} providerNotConfigured, redirectNotAllowed
 */
export function startOAuth(
  core: Core,
  providers: OAuthProviders,
  {
    provider: name,
    realm,
    redirectUri,
    browserNonce,
    redirectTo,
    scope,
    offlineAccess,
    requestMeta,
  }: OAuthStartInput,
): Promise<{ authorizationUrl: string; state: string; expiresAt: number }> {
  return audited(core, { name: 'oauthStart', realm, requestMeta }, async () => {
    const provider = getProvider(providers, name)
    const target = redirectTo && resolveRedirect(redirectTo.requested, redirectTo.rules)
    if (target === undefined) throw new AuthError('redirectNotAllowed')
    const state = newSecret(core)
    const challenge = toChallenge(deriveVerifier(core.secrets[0], state))
    const now = core.now()
    const expiresAt = now + lifetimeSeconds * 1000
    await core.store.write([
      insert('oneTimeTokens', {
        tokenHash: hashOf(state),
        purpose,
        realm,
        userId: null,
        email: null,
        data: oauthStateData({ provider: name, redirectUri, browserNonce, redirectTo: target, challenge }),
        createdAt: now,
        expiresAt,
      }),
    ])
    const request = { state, challenge, nonce: challenge, redirectUri, scope, offlineAccess }
    return { authorizationUrl: provider.authorizationUrl(request), state, expiresAt }
  })
}

interface OAuthStateData {
  provider: string
  redirectUri: string
  browserNonceHash: string | null
  redirectTo: string | null
  challenge: string | null
}

/** Builds the data of an OAuth state's row. Exported for seeding the states of the contracts' examples. */
export function oauthStateData({
  browserNonce,
  challenge = null,
  ...data
}: Pick<OAuthStateData, 'provider' | 'redirectUri' | 'redirectTo'> & {
  browserNonce: string | null
  challenge?: string | null
}) {
  return {
    ...data,
    challenge,
    browserNonceHash: browserNonce === null ? null : hashOf(browserNonce),
  } satisfies OAuthStateData
}

/** Tells whether we issued a state and it is still unused. Apps may use their own states. */
export async function isOAuthState({ store }: Pick<Core, 'store'>, state: string): Promise<boolean> {
  return (await store.find('oneTimeTokens', { tokenHash: hashOf(state), purpose })) !== undefined
}

/** A sign-in whose state has been consumed. */
export interface OAuthAttempt {
  provider: string
  realm: string
  redirectUri: string
  /** The validated page to return to, also after a failure. */
  redirectTo: string | null
  verifier: string
  nonce: string
}

/** The input of `consumeOAuthState`. */
export interface OAuthStateInput {
  /** The provider that the callback belongs to. */
  provider: string
  state: string
  browserNonce: string | null
  /** The `iss` parameter of the callback (RFC 9207). */
  issuer?: string | undefined
  /** The realm of the caller, if it is limited to one. */
  realm?: string
  requestMeta: RequestMeta
}

/**
 * Consumes the state of a callback. Only the browser that started the attempt can, and only one of several
 * concurrent callbacks succeeds (RFC 9700, sections 4.4 and 4.7).
 * @throws {AuthError} providerNotConfigured; invalidOAuthState (unknown, used, expired, or for another
 *   provider, browser or realm)
 */
export async function consumeOAuthState(
  core: Core,
  providers: OAuthProviders,
  { provider: name, state, browserNonce, issuer, realm, requestMeta }: OAuthStateInput,
): Promise<OAuthAttempt> {
  const provider = getProvider(providers, name)
  const tokenHash = hashOf(state)
  const row = await core.store.find('oneTimeTokens', { tokenHash, purpose })
  const data = row && (row.data as unknown as OAuthStateData)
  const matches =
    row &&
    data?.provider === name &&
    (realm === undefined || row.realm === realm) &&
    (issuer === undefined || issuer === provider.issuer) &&
    (data.browserNonceHash === null ||
      (browserNonce !== null && areSame(hashOf(browserNonce), data.browserNonceHash)))
  if (!matches || !(await deleteState(core, row))) {
    core.record({
      name: 'oauthSignIn',
      outcome: 'refused',
      reason: 'invalidOAuthState',
      at: core.now(),
      realm: row?.realm ?? '',
      userId: null,
      ip: requestMeta.ip,
    })
    throw new AuthError('invalidOAuthState')
  }
  // The secrets may have been rotated since the start.
  const verifiers = core.secrets.map((secret) => deriveVerifier(secret, state))
  const verifier =
    verifiers.find((candidate) => toChallenge(candidate) === data.challenge) ?? verifiers[0] ?? ''
  const { redirectUri, redirectTo } = data
  return { provider: name, realm: row.realm, redirectUri, redirectTo, verifier, nonce: toChallenge(verifier) }
}

async function deleteState({ store, now }: Core, { tokenHash }: OneTimeToken) {
  const { done } = await store.write([
    remove('oneTimeTokens', { tokenHash, purpose, expiresAt: { after: now() } }, { expect: 1 }),
  ])
  return done
}

/** The parameters of the callback other than the state. */
export interface OAuthCallback {
  code?: string | undefined
  error?: string | undefined
}

/**
 * Finishes a sign-in: redeems the code and signs in the user of the returned profile.
 * @throws {AuthError} oauthDenied (details.reason: the provider's `error`), oauthCodeMissing; any error of
 *   `OAuthProvider` and `signInWithOAuthProfile`
 */
export function finishOAuth(
  core: Core,
  providers: OAuthProviders,
  attempt: OAuthAttempt,
  { code, error }: OAuthCallback,
  policy: OAuthPolicy,
  requestMeta: RequestMeta,
): Promise<OAuthSignIn> {
  const { provider: name, realm, redirectUri, verifier, nonce } = attempt
  return audited(core, { name: 'oauthSignIn', realm, requestMeta }, async (setUserId) => {
    if (error)
      throw new AuthError('oauthDenied', { reason: /^[\w.-]{1,64}$/.test(error) ? error : 'access_denied' })
    if (!code) throw new AuthError('oauthCodeMissing')
    const profile = await getProvider(providers, name).exchange({ code, redirectUri, verifier, nonce })
    return signInWithOAuthProfile(core, { realm, provider: name, profile, policy, requestMeta, setUserId })
  })
}

/** The result of a sign-in through a provider. */
export interface OAuthSignIn {
  issued: IssuedTokens
  /** Whether the sign-in created the account. */
  isNew: boolean
}

/** A credential that an app obtained from the provider itself. */
export type ProviderCredential = { code: string; redirectUri: string } | { idToken: string }

/**
 * Signs in with a code or an ID token that an app obtained from the provider. State, PKCE and nonce are up to
 * the app.
 * @throws {AuthError} providerNotConfigured; invalidIdToken, also if the provider issues no ID tokens; any
 *   error of `OAuthProvider` and `signInWithOAuthProfile`
 */
export function exchangeOAuth(
  core: Core,
  providers: OAuthProviders,
  {
    provider: name,
    realm,
    credential,
    requestMeta,
  }: { provider: string; realm: string; credential: ProviderCredential; requestMeta: RequestMeta },
  policy: OAuthPolicy,
): Promise<OAuthSignIn> {
  return audited(core, { name: 'oauthSignIn', realm, requestMeta }, async (setUserId) => {
    const profile = await fetchProfile(getProvider(providers, name), credential)
    return signInWithOAuthProfile(core, { realm, provider: name, profile, policy, requestMeta, setUserId })
  })
}

function fetchProfile(provider: OAuthProvider, proof: ProviderCredential) {
  if ('code' in proof) return provider.exchange(proof)
  if (!provider.verifyIdToken) throw new AuthError('invalidIdToken', { reason: 'notOffered' })
  return provider.verifyIdToken(proof.idToken)
}

function getProvider(providers: OAuthProviders, name: string): OAuthProvider {
  const provider = providers.get(name)
  if (!provider) throw new AuthError('providerNotConfigured')
  return provider
}

/** Derives the PKCE verifier (RFC 7636, section 4.1) from the state, so that it need not be stored. */
function deriveVerifier(secret = '', state: string) {
  return base64url.encode(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(`oauth verifier of ${state}`)))
}

/**
 * Computes the S256 challenge. It is also the nonce: a hash of a secret (OpenID Connect Core, section
 * 15.5.2).
 */
const toChallenge = (verifier: string) => base64url.encode(sha256(utf8ToBytes(verifier)))
