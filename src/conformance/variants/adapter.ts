import type { VariantName } from '../../../generated/index.ts'
import type { RequestData, ResponseData } from '../exchange.ts'
import type { Role } from '../world/cast.ts'
import type { SecondFactorUser } from '../world/hooks.ts'
import type { Setup } from '../world/setup.ts'

/** A request that sends each header once. */
export interface PlainRequest extends RequestData {
  headers?: Record<string, string>
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
 * Maps the common operations to one API, so that one test runs on all APIs. Unsupported operations are
 * absent.
 */
export interface Adapter {
  name: VariantName
  /** The people of the contract's examples. Tests replace them by users that they create. */
  cast: Role[]
  /**
   * Prepares examples that need more than their request, by `operationId name`, or by the name alone if no
   * request example has it.
   */
  setups: Record<string, Setup>
  /**
   * Examples that need a server with the data of the contract's examples, by `operationId name`, or by the
   * name alone.
   */
  needsExampleData: string[]
  /**
   * The statuses that the API's own document describes, by operation. A violation of anything else is a
   * difference, not a failure: our contract completes the documents.
   */
  documented: Record<string, number[]>
  /** Whether the API's own document describes the bodies of errors. */
  documentsErrorBodies: boolean
  /**
   * The bounds and formats that the API's own document has, as `operationId field keyword`. It always has the
   * names, types and constants of its fields.
   */
  documentedBounds: string[]
  /** Examples of rules that the API's own document does not have, by `operationId name`. */
  ownRules: string[]
  /** Reads the id of the user from the response to a sign-up or to `getCurrentUser`. */
  userIdIn: (response: ResponseData) => string
  signUp: (person: Person) => PlainRequest
  signIn: (person: Pick<Person, 'email' | 'password'>) => PlainRequest
  /** Signs in with a code of an authenticator app, too. */
  signInWithCode?: (person: Pick<Person, 'email' | 'password'>, code: string) => PlainRequest
  /** Reads the tokens from the response to a sign-in or refresh, or to a sign-up that signs in. */
  credentialIn: (response: ResponseData) => Credential
  signUpSignsIn: boolean
  /** Whether users have to verify their email before they can sign in. */
  requiresVerification: boolean
  /** An operation that any signed-in user may call. */
  getCurrentUser: (access: string) => PlainRequest
  /** Reads the email from the response to `getCurrentUser`, if it contains one. */
  emailIn?: (response: ResponseData) => string
  signOut?: (credential: Credential) => PlainRequest
  refresh?: (token: string) => PlainRequest
  changePassword?: (access: string, change: { current: string; next: string }) => PlainRequest
  requestReset?: (email: string) => PlainRequest
  confirmReset?: (about: { email: string; token: string; password: string }) => PlainRequest
  sendVerification?: (email: string) => PlainRequest
  /** @param about.access an access token of the account, if the API accepts one */
  verify?: (about: { email: string; token: string; access?: string }) => PlainRequest
  /** The caller's own profile, and an optional text in it. */
  profile?: {
    read: (access: string, userId: string) => PlainRequest
    update: (access: string, userId: string, change: object) => PlainRequest
    field: string
  }
  oauth?: OAuthAdapter
  keys?: KeysAdapter
  signInAsGuest?: (name: string) => PlainRequest
  passkeys?: PasskeysAdapter
  /** Absent in an API without roles and plans. */
  privilege?: PrivilegeAdapter
  /** The sessions that the reuse of a refresh token revokes. */
  onReuse?: 'session' | 'allSessions'
  /** Whether a refresh also ends the access token that came with the old refresh token. */
  refreshEndsAccessToken?: boolean
  /** The lifetimes of mailed tokens in seconds. */
  mailTokenSeconds?: { reset?: number; verification?: number }
  /** How many requests a new user may send in a minute, and the headers that announce it. */
  requestLimit?: { perMinute: number; headers: string[] }
  /** The header with an id of the client that the response repeats. */
  requestIdHeader?: string
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
    withSecondFactor?: SecondFactorUser
  }
}

export type ProviderName = 'github' | 'google' | 'twitter'

/** Sign-in through an OAuth provider with redirects. */
export interface OAuthAdapter {
  providers: ProviderName[]
  /** @param redirectTarget the page to return to, if the API lets clients choose it */
  start: (provider: string, redirectTarget?: string) => PlainRequest
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
export interface PrivilegeAdapter {
  /** Changes of a user for the development controls. */
  granted: object
  revoked: object
  /** Settings under which the privilege has an effect. */
  settings?: Record<string, unknown>
  /** Reads whether the privilege is granted from the response to `getCurrentUser`, if it says so. */
  isGrantedIn?: (response: ResponseData) => boolean
  /** An operation that returns 403 without the privilege. `me` is the response to `getCurrentUser`. */
  use?: (access: string, me: ResponseData) => PlainRequest
  /** An operation that needs the privilege of the owner of an API key, if there is one that accepts keys. */
  useWithKey?: (key: string) => PlainRequest
}

/**
 * API keys of signed-in users. `keysPath` is the path of the user's keys, or `''` if it is the same for all
 * users.
 */
export interface KeysAdapter {
  /** Matches a complete key. */
  pattern: RegExp
  /** All scopes of the API. */
  scopes: string[]
  /** Reads the path of the user's keys from the response to `getCurrentUser`. */
  keysPathIn: (response: ResponseData) => string
  create: (access: string, keysPath: string, form: { name: string; scopes: string[] }) => PlainRequest
  keyIn: (response: ResponseData) => { id: string; key: string }
  list: (access: string, keysPath: string) => PlainRequest
  revoke: (access: string, keysPath: string, id: string) => PlainRequest
  /**
   * An operation that a new user may call with a key that has the first of `scopes`. Returns 401 without a
   * key and 403 without the scope.
   */
  use: (key: string) => PlainRequest
}

/** Ceremonies of WebAuthn. The options come from the responses to the first step of each. */
export interface PasskeysAdapter {
  startSignUp: (person: Pick<Person, 'email' | 'name'>) => PlainRequest
  finishSignUp: (attestation: object) => PlainRequest
  startRegistration: (access: string) => PlainRequest
  finishRegistration: (access: string, attestation: object) => PlainRequest
  startSignIn: () => PlainRequest
  finishSignIn: (assertion: object) => PlainRequest
}
