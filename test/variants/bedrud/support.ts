import type { Store } from '../../../src/core/store.ts'
import { openSqliteStore } from '../../../src/storage/sqlite/store.ts'
import { openSandbox, type TestSettings } from '../../support/sandbox.ts'

/** Seeded users. */
export const mary = {
  id: '3f6c1c0e-7d5b-4a58-8f0a-2b9d4e6a1c37',
  email: 'mary.major@example.com',
  password: 'harbour lights at nine',
}
export const ada = {
  id: '8d3b0a52-6a0e-4b43-9f2e-0f6a1c7e52d1',
  email: 'ada@example.org',
  password: 'correct horse battery',
}
export const lin = { id: 'b7e4d9f1-23c6-4d0b-a1f8-5c9e7a3b6d20', email: 'lin.chen@example.net' }
export const erin = {
  id: 'c05a8e6d-9b1f-4e72-b3d4-7f2a6c8e1b95',
  email: 'erin@example.net',
  password: 'closed-since-march',
}
export const invitation = 'inv_example-5d21c7'

/** Not a user yet. */
export const john = { email: 'user@example.com', password: 'securepassword', name: 'John Doe' }

export interface ApiResponse {
  status: number
  headers: Headers
  body: Awaited<ReturnType<Response['json']>>
}

export interface Options {
  bearer?: string | undefined
  ip?: string
  cookie?: string | undefined
  headers?: Record<string, string>
}

export interface Tokens {
  accessToken: string
  refreshToken: string
  user: { id: string }
}

interface OAuthOptions {
  provider?: string
  cookie?: string
}

export type Bedrud = Awaited<ReturnType<typeof openBedrud>>

/** A sandbox with the seed of the examples, and the store behind it. */
export async function openBedrud(settings: TestSettings = {}, store: Store = openSqliteStore(':memory:')) {
  const sandbox = await openSandbox('bedrud', { store, ...settings })

  /** The origin of the public URL; a proxy would remove its path. */
  const { origin } = new URL(sandbox.publicUrl)

  /** Calls a path below `/api/auth` and parses the response. Sends a string body unchanged. */
  const request = async (
    method: string,
    path: string,
    body?: unknown,
    options: Options = {},
  ): Promise<ApiResponse> => {
    const { bearer, cookie, ip = '192.0.2.1', headers = {} } = options
    const fetchRequest = new Request(`${origin}/api/auth${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(cookie !== undefined && { cookie }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const fetched = await sandbox.fetch(fetchRequest, { ip: ip })
    const text = await fetched.text()
    return { status: fetched.status, headers: fetched.headers, body: text && JSON.parse(text) }
  }
  const post = (path: string, body?: unknown, options?: Options) => request('POST', path, body, options)

  /** @throws {Error} if the response has no tokens */
  const tokensOf = async (response: Promise<ApiResponse>): Promise<Tokens> => {
    const { status, body } = await response
    if (status !== 200) throw new Error(`No tokens in the response: ${status} ${JSON.stringify(body)}`)
    return body
  }

  async function startOAuth({ provider = 'google', cookie }: OAuthOptions = {}) {
    const response = await request('GET', `/${provider}/login`, undefined, { cookie })
    if (response.status !== 307)
      throw new Error(`No redirect to ${provider}: ${JSON.stringify(response.body)}`)
    const location = new URL(response.headers.get('location') ?? '')
    return {
      location,
      headers: response.headers,
      state: location.searchParams.get('state') ?? '',
      cookie: cookieIn(response),
    }
  }

  /**
   * Approves or declines the sign-in at the simulated provider.
   * @returns the callback path with its query, below `/api/auth`
   */
  async function decideAtProvider(location: URL, decision: object): Promise<string> {
    await sandbox.call('GET', location.pathname + location.search)
    const consent = location.searchParams.get('state')
    const { redirectTo } = await sandbox.control<{ redirectTo: string }>('oauth', { consent, ...decision })
    const back = new URL(redirectTo)
    return back.pathname.replace('/api/auth', '') + back.search
  }

  const callback = (path: string, cookie?: string) => request('GET', path, undefined, { cookie })

  return {
    ...sandbox,
    store,
    request,
    post,
    me: (bearer: string) => request('GET', '/me', undefined, { bearer }),
    signIn: ({ email, password }: { email: string; password: string }, ip = '192.0.2.1') =>
      tokensOf(post('/login', { email, password }, { ip })),
    signUp: (form: object = john) => tokensOf(post('/register', form)),
    guest: (name = 'Guest User') => tokensOf(post('/guest-login', { name })),
    refresh: (refreshToken: string, options?: Options) => post('/refresh', { refreshToken }, options),
    startOAuth,
    decideAtProvider,
    callback,
    /** Signs in through a provider with the given provider account. */
    async signInWithProvider(
      account: string,
      { emailVerified, ...options }: OAuthOptions & { emailVerified?: boolean } = {},
    ) {
      const { location, cookie } = await startOAuth(options)
      const decision = { decision: 'approve', account, ...(emailVerified !== undefined && { emailVerified }) }
      return callback(await decideAtProvider(location, decision), cookie)
    },
    advance: (advanceSeconds: number) => sandbox.control('clock', { advanceSeconds }),
    settings: (settings: object) => sandbox.control('settings', settings),
  }
}

/** The cookies that a response sets, by name. */
export const cookiesIn = ({ headers }: ApiResponse) =>
  Object.fromEntries(
    headers.getSetCookie().map((line) => {
      const [pair = '', ...attributes] = line.split('; ')
      const at = pair.indexOf('=')
      return [pair.slice(0, at), { value: pair.slice(at + 1), attributes: attributes.sort() }]
    }),
  )

/** The cookie in a response whose name starts with `prefix`, as a browser sends it. */
export function cookieIn(response: ApiResponse, prefix = 'bedrud_'): string {
  const [name, { value } = {}] =
    Object.entries(cookiesIn(response)).find(([one]) => one.startsWith(prefix)) ?? []
  return `${name}=${value}`
}

/** The parts of an error that clients use. */
export const statusAndError = ({ status, body }: ApiResponse) => [status, body.error]

export const invalidCredentials = [401, 'invalid credentials']
export const invalidToken = [401, 'Invalid token']
export const invalidRefreshToken = [401, 'Invalid or expired refresh token']

export const tally = (responses: ApiResponse[]): Record<number, number> =>
  Object.fromEntries(
    [...Map.groupBy(responses, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  )

export const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

export const claimsIn = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
