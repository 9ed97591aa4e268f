import type { Tokens } from '../../client/index.ts'

/** A user who can sign in with a password. */
export interface Person {
  email: string
  password: string
  name: string
}

/** A request with a JSON body. */
export interface JsonRequest {
  path: string
  body?: object
}

/** A response whose body is parsed. */
export interface ApiResponse {
  /** Undefined if the body is not a JSON object. */
  body: Record<string, unknown> | undefined
  /** The target of a redirect. */
  location: URL | undefined
  cookies: Record<string, string>
}

/** Maps a sign-in with a password, and one with an OAuth provider, to one API. */
export interface TestAdapter {
  /** Returns the header of an API key that every request needs. Absent if the API has none. */
  keyHeaders?: (key: string) => Record<string, string>
  signUp: (person: Person) => JsonRequest
  /** @param code a code of an authenticator app */
  signIn: (person: Pick<Person, 'email' | 'password'>, code?: string) => JsonRequest
  /** Confirms the email of a new user. Absent if users can sign in before. */
  verify?: (token: string) => JsonRequest
  /** Reads the tokens from the response to a sign-up, a sign-in or an OAuth callback. */
  tokensIn: (response: ApiResponse) => Tokens | undefined
  oauth?: {
    providers: readonly string[]
    /** @param webUrl the frontend to return to */
    startPath: (provider: string, webUrl: string) => string
    /** Reads the authorization URL from the body, for an API that does not redirect to it. */
    authorizationUrlIn?: (body: object) => unknown
  }
}

/** Returns the tokens, or undefined without an access token. */
export function toTokens(accessToken: unknown, refreshToken?: unknown): Tokens | undefined {
  if (typeof accessToken !== 'string') return undefined
  return { accessToken, ...(typeof refreshToken === 'string' && { refreshToken }) }
}
