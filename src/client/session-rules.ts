import type { AuthRules } from './auth.ts'
import type { RefreshRequest } from './refresh.ts'
import type { Tokens } from './tokens.ts'

/** Describes how an API uses tokens. Paths are the templates of its contract. */
export interface SessionRules<Path extends string> {
  /** Paths that return the tokens of a new session. */
  signIn?: readonly Path[]
  /** Paths that end the session. */
  signOut?: readonly Path[]
  /** Paths that get the access token. By default all except those of `signIn` and `refresh`. */
  bearer?: readonly Path[]
  /**
   * Where the responses of `signIn` and `refresh` contain the tokens: the names of fields, with dots for
   * nested ones, or a function. Responses of `signIn` without tokens start no session.
   */
  readTokens?: TokenFields | ((body: never) => Partial<Tokens>)
  /** The request that refreshes the tokens. */
  refresh?: RefreshRequest<Path>
  /**
   * Tells whether a 401 means that the access token has expired, and not, for example, that the current
   * password is wrong. By default, every 401 does.
   * @param challenge the `WWW-Authenticate` header
   */
  isExpired?(error: object, challenge: string | null): boolean
  /**
   * Tells whether an error of the refresh means that the session has ended. By default, a 400, 401 or 403
   * with a JSON object does. After any other error, the client keeps the tokens.
   */
  isSessionEnded?(error: object, status: number): boolean
}

/** The fields of a response, such as `access_token` or `session.token`. */
export interface TokenFields {
  accessToken: string
  refreshToken?: string
}

/** Adds the defaults to the rules of an API. */
export function completeRules<Path extends string>(
  {
    signIn = [],
    signOut = [],
    bearer,
    readTokens = () => ({}),
    refresh,
    isExpired,
    isSessionEnded,
  }: SessionRules<Path>,
  redirects: readonly Path[],
): AuthRules<Path> {
  return {
    signIn,
    signOut,
    redirects,
    ...(bearer && { bearer: [...bearer, ...signOut] }),
    ...(refresh && { refresh: refresh.path }),
    readTokens:
      typeof readTokens === 'function'
        ? (readTokens as (body: object) => Partial<Tokens>)
        : (body) => readFields(body, readTokens),
    isExpired: isExpired ?? (() => true),
    isSessionEnded: isSessionEnded ?? ((_, status) => [400, 401, 403].includes(status)),
  }
}

function readFields(body: object, { accessToken, refreshToken }: TokenFields): Partial<Tokens> {
  const access = textAt(body, accessToken)
  const refresh = refreshToken === undefined ? undefined : textAt(body, refreshToken)
  return { ...(access && { accessToken: access }), ...(refresh && { refreshToken: refresh }) }
}

function textAt(body: object, field: string): string | undefined {
  let value: unknown = body
  for (const name of field.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name]
  return typeof value === 'string' ? value : undefined
}
