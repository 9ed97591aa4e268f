import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { ClientSecretPost } from 'oauth4webapi'
import { z } from 'zod'
import { AuthError } from '../../core/errors.ts'
import type { OAuthProfile, OAuthProvider } from '../../core/oauth-provider.ts'
import { authorizationUrl, exchangeCode } from './authorization-code.ts'
import { limitFetch, withTimeout } from './http.ts'
import { completeSettings, type ProviderSettings } from './settings.ts'

export interface GoogleEndpoints {
  issuer: string
  authorization: string
  token: string
  jwks: string
}

const endpoints: GoogleEndpoints = {
  issuer: 'https://accounts.google.com',
  authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
  token: 'https://oauth2.googleapis.com/token',
  jwks: 'https://www.googleapis.com/oauth2/v3/certs',
}

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().nullish(),
  email_verified: z.unknown().optional(),
  name: z.string().nullish(),
  picture: z.string().nullish(),
})

/**
 * Creates the adapter of Google. It also fits other OpenID Connect providers that sign with RS256 and put the
 * profile into their ID tokens.
 */
export function google(settings: ProviderSettings<GoogleEndpoints>): OAuthProvider {
  const provider = completeSettings('google', settings, endpoints)
  const { clientId, clientSecret, fetch, timeoutMs } = provider
  const { issuer, jwks } = provider.endpoints
  // The keys are cached beyond a single exchange, so fetching them has its own time limit.
  const keys = createRemoteJWKSet(new URL(jwks), {
    timeoutDuration: Math.min(5_000, timeoutMs),
    [customFetch]: (url, init) => limitFetch(fetch, AbortSignal.timeout(timeoutMs))(url, init),
  })

  const getKey: JWTVerifyGetKey = async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      if (tokenErrors.some((type) => error instanceof type)) throw error
      throw new AuthError('oauthFailed', { reason: 'keys' })
    }
  }

  async function readIdToken(idToken: string, nonce?: string): Promise<OAuthProfile> {
    const { payload } = await jwtVerify(idToken, getKey, {
      // Expected values come from the configuration, never from the token (OIDC Core, section 3.1.3.7).
      issuer,
      audience: clientId,
      algorithms: ['RS256'],
      requiredClaims: ['sub', 'exp', 'iat'],
      clockTolerance: 30,
    }).catch((error: unknown) => {
      if (error instanceof errors.JOSEError) throw new AuthError('invalidIdToken', { reason: error.code })
      throw error instanceof AuthError ? error : new AuthError('oauthFailed', { reason: 'keys' })
    })
    if (nonce !== undefined && payload.nonce !== nonce)
      throw new AuthError('invalidIdToken', { reason: 'nonce' })
    // A token with several audiences must have been issued to this client (section 3.1.3.7, items 4 and 5).
    if (Array.isArray(payload.aud) && payload.aud.length > 1 && payload.azp !== clientId)
      throw new AuthError('invalidIdToken', { reason: 'azp' })
    const profile = claimsSchema.safeParse(payload)
    if (!profile.success) throw new AuthError('oauthProfileUnreadable', { reason: 'malformed' })
    const { sub, email, email_verified, name, picture } = profile.data
    return {
      subject: sub,
      email: email ?? null,
      emailVerified: email_verified === true,
      name: name ?? null,
      picture: picture ?? null,
    }
  }

  return {
    issuer,
    authorizationUrl: (request) =>
      authorizationUrl(
        provider,
        { ...request, scope: request.scope ?? 'openid email profile' },
        { nonce: request.nonce, ...(request.offlineAccess && { access_type: 'offline' }) },
      ),
    exchange: (grant) =>
      withTimeout(fetch, timeoutMs, async (fetch) => {
        const { idToken } = await exchangeCode(provider, ClientSecretPost(clientSecret), grant, fetch)
        if (idToken === undefined) throw new AuthError('oauthProfileUnreadable', { reason: 'noIdToken' })
        return readIdToken(idToken, grant.nonce)
      }),
    verifyIdToken: (idToken) => withTimeout(fetch, timeoutMs, () => readIdToken(idToken)),
  }
}

/** Errors of the key lookup caused by the token, not by fetching the keys. */
const tokenErrors = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported]
