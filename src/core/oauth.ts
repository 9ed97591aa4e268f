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

export interface OAuthStartInput {
  provider: string
  realm: string
  /** Our callback, as the provider knows it. */
  redirectUri: string
  /** A secret that only this browser has, in a cookie; null where the one who asks cannot hold one. */
  browserNonce: string | null
  /** Where the browser ends up; null where the callback itself is the end. */
  redirectTo: { requested: string; rules: RedirectRules } | null
  /** In place of what the provider is usually asked for. */
  scope?: string
  /** Asks Google for a refresh token as well (`access_type=offline`). Other providers ignore it. */
  offlineAccess?: boolean
  requestMeta: RequestMeta
}

/**
 * Prepares a sign-in through a provider. It can be finished once, within 10 minutes.
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

/** What a row for an attempt remembers; for seeding one whose state a contract's examples know. */
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

/** Is this a state of ours that still waits? An app may have states of its own. */
export async function isOAuthState({ store }: Pick<Core, 'store'>, state: string): Promise<boolean> {
  return (await store.find('oneTimeTokens', { tokenHash: hashOf(state), purpose })) !== undefined
}

/** A sign-in that came back from its provider. Its state is used up. */
export interface OAuthAttempt {
  provider: string
  realm: string
  redirectUri: string
  /** Allowed when the attempt started; where the browser goes, whatever comes of it. */
  redirectTo: string | null
  verifier: string
  nonce: string
}

export interface OAuthStateInput {
  /** The provider whose callback was called. */
  provider: string
  state: string
  browserNonce: string | null
  /** `iss` of the callback (RFC 9207). */
  issuer?: string | undefined
  /** Where the caller is confined to one pool of users. */
  realm?: string
  requestMeta: RequestMeta
}

/**
 * Uses up the state of a callback. Nobody but the browser that started the attempt can, and only one of any number of
 * callbacks does (RFC 9700, sections 4.4 and 4.7).
 * @throws {AuthError} providerNotConfigured; invalidOAuthState for a state that is unknown, used, expired, or of another
 *   provider, browser or realm
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
  const isOurs =
    row &&
    data?.provider === name &&
    (realm === undefined || row.realm === realm) &&
    (issuer === undefined || issuer === provider.issuer) &&
    (data.browserNonceHash === null ||
      (browserNonce !== null && areSame(hashOf(browserNonce), data.browserNonceHash)))
  if (!isOurs || !(await deleteState(core, row))) {
    const refused = { name: 'oauthSignIn', outcome: 'refused', reason: 'invalidOAuthState' } as const
    core.record({
      ...refused,
      at: core.now(),
      realm: row?.realm ?? '',
      userId: null,
      ip: requestMeta.ip,
    })
    throw new AuthError('invalidOAuthState')
  }
  // A secret may have been put in front since the start.
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

/** What the provider put into the callback beside the state. */
export interface OAuthCallback {
  code?: string | undefined
  error?: string | undefined
}

/**
 * Finishes an attempt: asks the provider who it is, and signs them in.
 * @throws {AuthError} oauthDenied (details.reason: the provider's word for it), oauthCodeMissing, what `OAuthProvider` and
 *   `signInWithProfile` throw
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

export interface OAuthSignIn {
  issued: IssuedTokens
  /** Whether the account was made just now. */
  isNew: boolean
}

/** What an app got by talking to the provider itself. */
export type ProviderCredential = { code: string; redirectUri: string } | { idToken: string }

/**
 * Signs in with what an app got from the provider. State, PKCE and nonce are the app's business.
 * @throws {AuthError} providerNotConfigured; invalidIdToken, also where the provider makes no such tokens; what
 *   `OAuthProvider` and `signInWithProfile` throw
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

/** PKCE verifier (RFC 7636, section 4.1). Made anew from the state when it comes back, so that it is kept nowhere. */
function deriveVerifier(secret = '', state: string) {
  return base64url.encode(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(`oauth verifier of ${state}`)))
}

/** S256. Serves as the nonce too, for which a hash of a secret is what OpenID Connect Core, section 15.5.2 suggests. */
const toChallenge = (verifier: string) => base64url.encode(sha256(utf8ToBytes(verifier)))
