/** The result of a call of a typed client, without its types. */
export interface Result<Data = unknown> {
  data?: Data
  error?: unknown
  response: Response
}

/** The values of a form, by the names of its fields. */
export type Values = Record<string, string>

export interface Field {
  name: string
  label: string
  type?: 'email' | 'password' | 'text'
  value?: string
  autocomplete?: AutoFill
  hint?: string
}

/** A button that starts something without a form. */
export interface Action {
  label: string
  /** Returns undefined if there is no result to go on with. */
  run: () => Promise<Result | undefined> | Result | undefined
  /** The problem to show then. */
  onNothing?: string
}

/** A page of the app. */
export interface Screen {
  heading: string
  /** The names in auth.ts of the code that the screen runs. */
  code: readonly string[]
  content: Node[]
}

/** The functions that the app offers to the screens and sections of an API. */
export interface App {
  show: (screen: Screen) => void
  /** Shows the signed-in user, or the sign-in form with a problem. */
  showUser: (announcement?: string) => Promise<void>
  showSignIn: (problem?: string, email?: string) => void
  /** Announces the result of an action. */
  announce: (text: string) => void
}

/** One API as the demo shows it. */
export interface Demo<User> {
  /** Seeded accounts to sign in with. */
  accounts: { name: string; email: string; password: string; note?: string }[]
  /** The credential that expires, how fast, and the path of the call with which the client renews it. */
  expiry: { what: 'access token' | 'session'; seconds: number; label: string; renewalPath: string }
  tokens: { get: () => unknown }
  signIn: (email: string, password: string) => Promise<Result>
  /** Returns a screen that completes a sign-in after this error. */
  secondStep?: (app: App, error: unknown, email: string, password: string) => Screen | undefined
  /** Ways to sign in without a password. */
  others: { code: readonly string[]; actions: Action[]; note?: string }[]
  /** Links below the sign-in form. */
  links?: (app: App) => Node[]
  signUp: { fields: () => Field[]; run: (values: Values) => Promise<Result> }
  /** Returns the screen after a sign-up that does not sign in. */
  afterSignUp?: (app: App, values: Values) => Screen
  /** Returns undefined if the API has no sign-out. */
  signOut: () => Promise<Result | undefined>
  user: {
    load: () => Promise<Result<User>>
    /** The name of `load` in auth.ts. */
    code: string
    loadLabel: string
    /** Announces the result of `load`. */
    loaded: string
    heading: (user: User) => string
    rows: (user: User) => [label: string, value: string][]
    /** Abilities of signed-in users. */
    sections: (app: App, user: User) => Section[] | Promise<Section[]>
  }
  /** Completes a sign-in when the page loads. Returns its problem. */
  start?: () => Promise<string | undefined>
  /** Receives the function that asks the user to sign in again. */
  whenExpired?: (ask: () => Promise<{ email: string; password: string } | undefined>) => void
}

export interface Section {
  heading: string
  code: readonly string[]
  content: Node[]
}

/** Returns the error of a result in the words of the API, with its status. */
export function problemOf({ error, response }: Result): string {
  // The errors of the hub have `detail` (RFC 9457), whatever the format of the API.
  const { error: inner, detail } = (error ?? {}) as { error?: string | { message?: string }; detail?: string }
  const message = (typeof inner === 'string' ? inner : inner?.message) ?? detail
  return `${message ?? 'The response has no message.'} (${response.status})`
}

/** Returns the fields of a sign-up, with values that no account has. */
export const signUpFields = (name: string): Field[] => [
  { name: 'name', label: 'Name', value: name, autocomplete: 'name' },
  { name: 'email', label: 'Email', type: 'email', value: newEmail(name), autocomplete: 'email' },
  {
    name: 'password',
    label: 'Password',
    type: 'password',
    value: 'violet kettle on nine',
    autocomplete: 'new-password',
    hint: 'Prefilled: violet kettle on nine',
  },
]

/** Returns an email that has no account yet. */
export const newEmail = (name: string): string =>
  `${name.toLowerCase().replace(' ', '.')}.${Math.random().toString(36).slice(2, 6)}@example.com`
