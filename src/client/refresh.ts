import type { Client } from 'openapi-fetch'
import type { AuthRules } from './auth.ts'
import type { RenewalResult } from './renewal.ts'
import { requestTokens } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/**
 * A POST request that refreshes tokens, with a body in JSON or form encoding. Without both, the refresh token
 * is in a cookie.
 * @example An OAuth 2 token endpoint
 * ```ts
 * const refresh = {
 *   path: '/oauth2/token',
 *   form: ({ refreshToken }) => ({
 *     grant_type: 'refresh_token',
 *     refresh_token: refreshToken,
 *     client_id: 'web',
 *   }),
 * }
 * ```
 * @example Supabase Auth
 * ```ts
 * const refresh = {
 *   path: '/token',
 *   query: { grant_type: 'refresh_token' },
 *   json: ({ refreshToken }) => ({ refresh_token: refreshToken }),
 * }
 * ```
 */
export interface RefreshRequest<Path extends string> {
  path: Path
  query?: Readonly<Record<string, string>>
  /** Creates the JSON body. */
  json?(tokens: SessionTokens): object
  /** Creates the fields of a form, as OAuth 2 demands it (RFC 6749, section 6). */
  form?(tokens: SessionTokens): Readonly<Record<string, string>>
}

/** The tokens of a session that can be refreshed. */
export interface SessionTokens {
  accessToken: string
  refreshToken: string
}

/** Creates the function that refreshes tokens with a request. */
export function createRefresh<Paths extends object>(
  plainClient: Client<Paths>,
  { path, query, json, form }: RefreshRequest<string>,
  rules: AuthRules<string>,
) {
  // The request is described at run time, so its types are unknown.
  const { POST } = plainClient as unknown as UntypedClient
  return async ({ accessToken, refreshToken }: Tokens): Promise<RenewalResult> => {
    const createBody = form ?? json
    if (createBody && !refreshToken) return { sessionEnded: true }
    const body = createBody?.({ accessToken, refreshToken: refreshToken ?? '' })
    return requestTokens(rules, (signal) =>
      POST(path, {
        signal,
        ...(query && { params: { query } }),
        ...(body && { body }),
        ...(form && { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
      }),
    )
  }
}

interface UntypedClient {
  POST(path: string, options: object): Promise<{ data?: object; error?: unknown; response: Response }>
}
