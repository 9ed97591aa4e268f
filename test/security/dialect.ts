import type { VariantName } from '../../generated/index.ts'
import type { ProviderName } from '../../src/sandbox/simulator/index.ts'

/** A request as data, so that a test can spoil any part of it. */
export interface Sent {
  method: string
  path: string
  /** A text is sent as it is; anything else as JSON. */
  body?: unknown
  headers?: Record<string, string>
}

/** An answer, its JSON read. */
export interface Got {
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
  signUp: (person: Person) => Sent
  signIn: (person: Pick<Person, 'email' | 'password'>) => Sent
  /** Of a successful sign-in or refresh, and of a sign-up where that signs in. */
  credentialIn: (answer: Got) => Credential
  signUpSignsIn: boolean
  /** Until the mailed link was followed, nobody can sign in. */
  demandsVerification: boolean
  /** A call that needs nothing but somebody signed in. */
  whoAmI: (access: string) => Sent
  /** Of `whoAmI`, where it tells. */
  emailIn?: (answer: Got) => string
  signOut?: (credential: Credential) => Sent
  refresh?: (token: string) => Sent
  changePassword?: (access: string, change: { current: string; next: string }) => Sent
  requestReset?: (email: string) => Sent
  confirmReset?: (about: { email: string; token: string; password: string }) => Sent
  sendVerification?: (email: string) => Sent
  verify?: (about: { email: string; token: string }) => Sent
  /** Changes the caller's own profile. */
  updateProfile?: (access: string, userId: string, change: object) => Sent
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
    invalid: number
    /** A value at sign-up that breaks a rule. */
    refusedValue: number
    /** A body that is no JSON. */
    malformed: number
    mediaType: number
    taken: number
    /** A mailed token that is unknown, used or expired. */
    badMailToken: number[]
    /** A change with a wrong current password. */
    wrongCurrent?: number
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
  start: (provider: ProviderName, landing?: string) => Sent
  /** Where the answer to `start` sends the browser; undefined where it sends it nowhere. */
  awayIn: (answer: Got) => string | undefined
  /** Of the answer to the callback; undefined where nobody was signed in. */
  credentialIn: (answer: Got) => Credential | undefined
  /** Where the callback puts a credential. */
  handsOverIn: 'body' | 'query' | 'fragment'
  /** Only the browser that set out can come back. */
  bindsBrowser: boolean
  /** A page that may be named as the end. */
  landing?: string
}

/** What operators can give somebody and take away again. */
export interface PrivilegeDialect {
  /** Changes of a user, for the controls. */
  granted: object
  withdrawn: object
  /** Settings under which it makes a difference. */
  settings?: object
  /** Of `whoAmI`, where it tells. */
  isGrantedIn?: (answer: Got) => boolean
  /** A call that needs it, and is 403 to others. `me` is the answer to `whoAmI`. */
  use?: (access: string, me: Got) => Sent
}

/** API keys that people make who are signed in. `place` is where keys are kept, as `placeIn` tells; '' where that is one. */
export interface KeysDialect {
  /** Of a whole key. */
  pattern: RegExp
  /** Everything that a key can be given. */
  scopes: string[]
  /** The place of whoever `whoAmI` was answered to. */
  placeIn: (answer: Got) => string
  create: (access: string, place: string, form: { name: string; scopes: string[] }) => Sent
  keyIn: (answer: Got) => { id: string; key: string }
  list: (access: string, place: string) => Sent
  drop: (access: string, place: string, id: string) => Sent
  /** Asks for the first of the scopes; 401 to no key, 403 to one without the scope. */
  use: (key: string) => Sent
}
