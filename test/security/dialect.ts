import type { VariantName } from '../../generated/index.ts'
import type { ProviderName } from '../../src/sandbox/simulator/index.ts'

/** A request as data, so that a test can spoil any part of it. */
export interface RequestData {
  method: string
  path: string
  /** A text is sent as it is; anything else as JSON. */
  body?: unknown
  headers?: Record<string, string>
}

/** An answer, its JSON read. */
export interface ResponseData {
  status: number
  headers: Headers
  text: string
  body: Awaited<ReturnType<Response['json']>>
}

export interface Person {
  email: string
  password: string
  name: string
}

/** What somebody holds who has signed in. */
export interface Credential {
  access: string
  refresh: string | null
}

/** How an API says what all of them can say; what it cannot say is absent. */
export interface Dialect {
  name: VariantName
  signUp: (person: Person) => RequestData
  signIn: (person: Pick<Person, 'email' | 'password'>) => RequestData
  /** Of a successful sign-in or refresh, and of a sign-up where that signs in. */
  credentialIn: (response: ResponseData) => Credential
  signUpSignsIn: boolean
  /** Until the mailed link was followed, nobody can sign in. */
  requiresVerification: boolean
  /** A call that needs nothing but somebody signed in. */
  getCurrentUser: (access: string) => RequestData
  /** Of `whoAmI`, where it tells. */
  emailIn?: (response: ResponseData) => string
  signOut?: (credential: Credential) => RequestData
  refresh?: (token: string) => RequestData
  changePassword?: (access: string, change: { current: string; next: string }) => RequestData
  requestReset?: (email: string) => RequestData
  confirmReset?: (about: { email: string; token: string; password: string }) => RequestData
  sendVerification?: (email: string) => RequestData
  verify?: (about: { email: string; token: string }) => RequestData
  /** Changes the caller's own profile. */
  updateProfile?: (access: string, userId: string, change: object) => RequestData
  oauth?: OAuthDialect
  keys?: KeysDialect
  privilege: PrivilegeDialect
  /** What ends when a spent refresh token comes back. */
  onReuse?: 'session' | 'allSessions'
  /** How long mailed tokens live. */
  mailTokenSeconds?: { reset?: number; verification?: number }
  /** What it answers to what. */
  statuses: {
    signedUp: number
    signedIn: number
    /** A member that is missing or of another type. */
    invalidField: number
    /** A value at sign-up that breaks a rule. */
    rejectedValue: number
    /** A body that is no JSON. */
    malformed: number
    mediaType: number
    taken: number
    /** A mailed token that is unknown, used or expired. */
    badMailToken: number[]
    /** A change with a wrong current password. */
    wrongCurrentPassword?: number
  }
  /** People of the seed. */
  seeded: {
    withPassword: Person
    /** Signs in through a provider only. */
    withoutPassword?: { email: string }
    disabled?: { email: string; password: string }
  }
}

/** Signing in through a provider, by two visits of a browser. */
export interface OAuthDialect {
  providers: ProviderName[]
  /** @param landing where the browser shall end up, where that can be said */
  start: (provider: ProviderName, landing?: string) => RequestData
  /** Where the answer to `start` sends the browser; undefined where it sends it nowhere. */
  authorizationUrlIn: (response: ResponseData) => string | undefined
  /** Of the answer to the callback; undefined where nobody was signed in. */
  credentialIn: (response: ResponseData) => Credential | undefined
  /** Where the callback puts a credential. */
  credentialLocation: 'body' | 'query' | 'fragment'
  /** Only the browser that set out can come back. */
  bindsBrowser: boolean
  /** A page that may be named as the end. */
  redirectTarget?: string
}

/** What operators can give somebody and take away again. */
export interface PrivilegeDialect {
  /** Changes of a user, for the controls. */
  granted: object
  revoked: object
  /** Settings under which it makes a difference. */
  settings?: object
  /** Of `whoAmI`, where it tells. */
  isGrantedIn?: (response: ResponseData) => boolean
  /** A call that needs it, and is 403 to others. `me` is the answer to `whoAmI`. */
  use?: (access: string, me: ResponseData) => RequestData
}

/** API keys that people make who are signed in. `place` is where keys are kept, as `placeIn` tells; '' where that is one. */
export interface KeysDialect {
  /** Of a whole key. */
  pattern: RegExp
  /** Everything that a key can be given. */
  scopes: string[]
  /** The place of whoever `whoAmI` was answered to. */
  keysPathIn: (response: ResponseData) => string
  create: (access: string, place: string, form: { name: string; scopes: string[] }) => RequestData
  keyIn: (response: ResponseData) => { id: string; key: string }
  list: (access: string, place: string) => RequestData
  revoke: (access: string, place: string, id: string) => RequestData
  /** Asks for the first of the scopes; 401 to no key, 403 to one without the scope. */
  use: (key: string) => RequestData
}
