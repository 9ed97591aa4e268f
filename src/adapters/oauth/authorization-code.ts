import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type ClientAuth,
  customFetch,
  expectNoState,
  nopkce,
  processGenericTokenEndpointResponse,
  ResponseBodyError,
  validateAuthResponse,
} from 'oauth4webapi'
import { AuthError } from '../../core/errors.ts'
import type { AuthorizationRequest, CodeExchange } from '../../core/oauth-provider.ts'
import type { Fetch, Provider } from './settings.ts'

interface Endpoints {
  authorization: string
  token: string
}

/** Builds the URL of an authorization request (RFC 6749, section 4.1.1) with PKCE (RFC 7636). */
export function authorizationUrl(
  { clientId, endpoints }: Pick<Provider<Endpoints>, 'clientId' | 'endpoints'>,
  { state, challenge, redirectUri, scope }: AuthorizationRequest & { scope: string },
  extra: Record<string, string> = {},
): string {
  const url = new URL(endpoints.authorization)
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    ...extra,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/**
 * Exchanges an authorization code for tokens (RFC 6749, section 4.1.3).
 * @returns the tokens; the ID token is unverified, and the caller must verify it
 * @throws {AuthError} `invalidOAuthCode` or `oauthFailed`
 */
export async function exchangeCode(
  { clientId, endpoints, allowInsecure }: Provider<Endpoints>,
  authentication: ClientAuth,
  { code, redirectUri, verifier }: CodeExchange,
  fetch: Fetch,
): Promise<{ accessToken: string; idToken: string | undefined }> {
  const server: AuthorizationServer = { issuer: endpoints.token, token_endpoint: endpoints.token }
  const client = { client_id: clientId }
  try {
    const response = await authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      validateAuthResponse(server, client, new URLSearchParams({ code }), expectNoState),
      redirectUri,
      verifier ?? nopkce,
      {
        [customFetch]: (url, init) => fetch(url, init as RequestInit),
        [allowInsecureRequests]: allowInsecure,
      },
    )
    const { id_token: idToken, ...body } = (await response.json()) as Record<string, unknown>
    // GitHub responds with 200 to errors.
    const status = response.ok && body.error !== undefined ? 400 : response.status
    const tokens = await processGenericTokenEndpointResponse(server, client, Response.json(body, { status }))
    return { accessToken: tokens.access_token, idToken: typeof idToken === 'string' ? idToken : undefined }
  } catch (error) {
    throw toAuthError(error)
  }
}

/**
 * The error codes of an invalid or expired code: that of the standard, then those of X, Google and GitHub.
 */
const invalidCodeErrors = [
  'invalid_grant',
  'invalid_request',
  'redirect_uri_mismatch',
  'bad_verification_code',
]

function toAuthError(error: unknown): AuthError {
  if (error instanceof AuthError) return error
  if (!(error instanceof ResponseBodyError)) return new AuthError('oauthFailed', { reason: 'malformed' })
  const reason = /^\w{1,64}$/.test(error.error) ? error.error : 'malformed'
  return new AuthError(invalidCodeErrors.includes(reason) ? 'invalidOAuthCode' : 'oauthFailed', { reason })
}
