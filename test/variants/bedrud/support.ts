import type { Store } from '../../../src/core/store.ts'
import { openSqliteStore } from '../../../src/storage/sqlite/store.ts'
import { openSandbox, type TestSettings } from '../../support/sandbox.ts'

/** The people of the seed. */
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

/** Nobody yet. */
export const john = { email: 'user@example.com', password: 'securepassword', name: 'John Doe' }

export interface Said {
  status: number
  headers: Headers
  body: Awaited<ReturnType<Response['json']>>
}

export interface Options {
  bearer?: string | undefined
  address?: string
  cookie?: string | undefined
  headers?: Record<string, string>
}

export interface Tokens {
  accessToken: string
  refreshToken: string
  user: { id: string }
}

interface Journey {
  provider?: string
  cookie?: string
}

export type Bedrud = Awaited<ReturnType<typeof openBedrud>>

/** A sandbox with the seed of the examples, and the store behind it. */
export async function openBedrud(settings: TestSettings = {}, store: Store = openSqliteStore(':memory:')) {
  const sandbox = await openSandbox('bedrud', { store, ...settings })

  /** Calls a path below `/api/auth` and reads the answer. A body that is text is sent as it is. */
  const ask = async (method: string, path: string, body?: unknown, options: Options = {}): Promise<Said> => {
    const { bearer, cookie, address = '192.0.2.1', headers = {} } = options
    const request = new Request(`${sandbox.publicUrl}/api/auth${path}`, {
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
    const answer = await sandbox.fetch(request, { ip: address })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) }
  }
  const post = (path: string, body?: unknown, options?: Options) => ask('POST', path, body, options)

  /** @throws {Error} unless the answer has tokens */
  const tokensOf = async (answer: Promise<Said>): Promise<Tokens> => {
    const { status, body } = await answer
    if (status !== 200) throw new Error(`There are no tokens: ${status} ${JSON.stringify(body)}`)
    return body
  }

  async function startOAuth({ provider = 'google', cookie }: Journey = {}) {
    const answer = await ask('GET', `/${provider}/login`, undefined, { cookie })
    if (answer.status !== 307) throw new Error(`No way to ${provider}: ${JSON.stringify(answer.body)}`)
    const location = new URL(answer.headers.get('location') ?? '')
    return {
      location,
      headers: answer.headers,
      state: location.searchParams.get('state') ?? '',
      cookie: cookieIn(answer),
    }
  }

  /** What somebody decides at the provider. @returns the way back, below `/api/auth` */
  async function decide(location: URL, about: object): Promise<string> {
    await sandbox.call('GET', location.pathname + location.search)
    const consent = location.searchParams.get('state')
    const { redirectTo } = await sandbox.control<{ redirectTo: string }>('oauth', { consent, ...about })
    const back = new URL(redirectTo)
    return back.pathname.replace('/api/auth', '') + back.search
  }

  const comeBack = (path: string, cookie?: string) => ask('GET', path, undefined, { cookie })

  return {
    ...sandbox,
    store,
    ask,
    post,
    me: (bearer: string) => ask('GET', '/me', undefined, { bearer }),
    signIn: ({ email, password }: { email: string; password: string }, address = '192.0.2.1') =>
      tokensOf(post('/login', { email, password }, { address })),
    signUp: (form: object = john) => tokensOf(post('/register', form)),
    guest: (name = 'Guest User') => tokensOf(post('/guest-login', { name })),
    refresh: (refreshToken: string, options?: Options) => post('/refresh', { refreshToken }, options),
    startOAuth,
    decide,
    comeBack,
    /** The whole way through a provider, as whoever is named. */
    async arrive(account: string, { emailVerified, ...journey }: Journey & { emailVerified?: boolean } = {}) {
      const { location, cookie } = await startOAuth(journey)
      const about = { decision: 'approve', account, ...(emailVerified !== undefined && { emailVerified }) }
      return comeBack(await decide(location, about), cookie)
    },
    advance: (advanceSeconds: number) => sandbox.control('clock', { advanceSeconds }),
    settings: (settings: object) => sandbox.control('settings', settings),
  }
}

/** Cookies of an answer by name, each with its attributes. */
export const cookiesIn = ({ headers }: Said) =>
  Object.fromEntries(
    headers.getSetCookie().map((line) => {
      const [pair = '', ...attributes] = line.split('; ')
      const at = pair.indexOf('=')
      return [pair.slice(0, at), { value: pair.slice(at + 1), attributes: attributes.sort() }]
    }),
  )

/** What a browser sends back. */
export const cookieIn = (answer: Said, name = 'bedrud_session') => `${name}=${cookiesIn(answer)[name]?.value}`

/** Of a refusal, what clients go by. */
export const told = ({ status, body }: Said) => [status, body.error]

export const tally = (answers: Said[]): Record<number, number> =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  )

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

export const claimsIn = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
