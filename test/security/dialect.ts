import type { VariantName } from '../../generated/index.ts'
import type { ProviderName } from '../../src/sandbox/simulator/index.ts'

/** A request as data, so that a test can change any part of it. */
export interface RequestData {
  method: string
  path: string
  /** Strings are sent unchanged, anything else as JSON. */
  body?: unknown
  headers?: Record<string, string>
}

/** A response with its parsed JSON body. */
export interface ResponseData {
  status: number
  headers: Headers
  text: string
  body: Awaited<ReturnType<Response['json']>>
}

/** The user data for a sign-up. */
export interface Person {
  email: string
  password: string
  name: string
}

/** The tokens of a signed-in user. */
export interface Credential {
  access: string
  refresh: string | null
}

/**
 * Maps the common operations to one API, so that a test runs on all of them. Unsupported operations are
 * absent.
 */
export interface Dialect {
  name: VariantName
  signUp: (person: Person) => RequestData
  signIn: (person: Pick<Person, 'email' | 'password'>) => RequestData
  /** Reads the tokens from the response to a sign-in or refresh, or to a sign-up that signs in. */
  credentialIn: (response: ResponseData) => Credential
  signUpSignsIn: boolean
  /** Whether users have to verify their email before they can sign in. */
  requiresVerification: boolean
  /** An operation that any signed-in user may call. */
  getCurrentUser: (access: string) => RequestData
  /** Reads the email from the response to `getCurrentUser`, if it contains one. */
  emailIn?: (response: ResponseData) => string
  signOut?: (credential: Credential) => RequestData
  refresh?: (token: string) => RequestData
  changePassword?: (access: string, change: { current: string; next: string }) => RequestData
  requestReset?: (email: string) => RequestData
  confirmReset?: (about: { email: string; token: string; password: string }) => RequestData
  sendVerification?: (email: string) => RequestData
  /** @param about.access an access token of the account, if the API accepts one */
  verify?: (about: { email: string; token: string; access?: string }) => RequestData
  /** Changes the caller's own profile. */
  updateProfile?: (access: string, userId: string, change: object) => RequestData
  oauth?: OAuthDialect
  keys?: KeysDialect
  privilege: PrivilegeDialect
  /** The sessions that the reuse of a refresh token revokes. */
  onReuse?: 'session' | 'allSessions'
  /** The lifetimes of mailed tokens in seconds. */
  mailTokenSeconds?: { reset?: number; verification?: number }
  /** The statuses of responses. */
  statuses: {
    signedUp: number
    signedIn: number
    /** A missing field, or one of the wrong type. */
    invalidField: number
    /** A value at sign-up that violates a rule. */
    rejectedValue: number
    /** A body that is not JSON. */
    malformed: number
    mediaType: number
    taken: number
    /** A mailed token that is unknown, used or expired. */
    badMailToken: number[]
    /** A password change with the wrong current password. */
    wrongCurrentPassword?: number
  }
  /** Seeded users. */
  seeded: {
    withPassword: Person
    /** Signs in through an OAuth provider only. */
    withoutPassword?: { email: string }
    disabled?: { email: string; password: string }
  }
}

/** Sign-in through an OAuth provider with redirects. */
export interface OAuthDialect {
  providers: ProviderName[]
  /** @param redirectTarget the page to return to, if the API lets clients choose it */
  start: (provider: ProviderName, redirectTarget?: string) => RequestData
  /** Reads the authorization URL from the response to `start`; undefined after an error. */
  authorizationUrlIn: (response: ResponseData) => string | undefined
  /** Reads the tokens from the response to the callback; undefined after an error. */
  credentialIn: (response: ResponseData) => Credential | undefined
  /** Where the callback returns the tokens. */
  credentialLocation: 'body' | 'query' | 'fragment'
  /** Whether only the browser that started the sign-in can finish it. */
  bindsBrowser: boolean
  /** An allowed page to return to. */
  redirectTarget?: string
}

/** A privilege that operators can grant and revoke. */
export interface PrivilegeDialect {
  /** Changes of a user for the development controls. */
  granted: object
  revoked: object
  /** Settings under which the privilege has an effect. */
  settings?: object
  /** Reads whether the privilege is granted from the response to `getCurrentUser`, if it says so. */
  isGrantedIn?: (response: ResponseData) => boolean
  /** An operation that returns 403 without the privilege. `me` is the response to `getCurrentUser`. */
  use?: (access: string, me: ResponseData) => RequestData
}

/**
 * API keys of signed-in users. `keysPath` is the path of the user's keys, or `''` if it is the same for all
 * users.
 */
export interface KeysDialect {
  /** Matches a complete key. */
  pattern: RegExp
  /** All scopes of the API. */
  scopes: string[]
  /** Reads the path of the user's keys from the response to `getCurrentUser`. */
  keysPathIn: (response: ResponseData) => string
  create: (access: string, keysPath: string, form: { name: string; scopes: string[] }) => RequestData
  keyIn: (response: ResponseData) => { id: string; key: string }
  list: (access: string, keysPath: string) => RequestData
  revoke: (access: string, keysPath: string, id: string) => RequestData
  /**
   * An operation that requires the first of `scopes`. Returns 401 without a key and 403 without the scope.
   */
  use: (key: string) => RequestData
}
