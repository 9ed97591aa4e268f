import { openSqliteStore } from '../../../src/storage/sqlite/store.ts'
import { openSandbox, type TestSettings } from '../../support/sandbox.ts'

export const ids = {
  ada: 'db8a7fee-52dc-4469-9df6-b0f9befbe25c',
  charles: '5128196a-0a5c-4e25-bf36-ffe6c82c82f3',
  mary: '377be53c-fb1b-4e22-aef7-6c9a5eb6fc49',
  luigi: '755cb12f-3c4c-4e9c-be74-f48ee8ffc214',
  analyticalEngines: 'c33f923d-2d12-4f27-b0f6-0920c5703782',
  marysOrganization: 'c3df8d52-ecf2-4cf2-8197-444f1b196584',
  differenceEngine: '1ed055ef-0425-49e4-9b8a-15070cd6f91c',
  celestialMechanics: '616aa782-48ef-4455-b9e2-5eb4796e0bfb',
  carryMechanism: '0d43ae46-806c-4c82-aa2b-35ca8cd36f85',
  printingApparatus: 'f2459836-8b02-4b74-b0d7-f023254af52e',
  pipeline: '8cf6df87-6533-41d4-a123-f9f66bd35412',
  widget: '15e95a66-94fb-42f8-9fbd-2469af01f19f',
  trial: '506f5e99-dc82-4dbd-93ca-2f55d5988fe9',
  unknown: '731cc62e-22b2-485f-a4f0-3abb931714d0',
}

/** The session tokens of the seed. */
export const tokens = {
  ada: 'ada0'.repeat(16),
  charles: 'cabb'.repeat(16),
  mary: '3a29'.repeat(16),
}
const key = (digits: string) => `of-key-${digits}${'fa4e'.repeat(10)}`
export const keys = {
  pipeline: key('9f31c0de'),
  widget: key('feedbac4'),
  trial: key('7a1a17a1'),
  deleted: key('de1e7ed0'),
}
export const luigisResetToken = 'beef'.repeat(16)

export const paths = {
  keys: `/api/organizations/${ids.analyticalEngines}/api-keys`,
  members: `/api/organizations/${ids.analyticalEngines}/members`,
  projects: `/api/organizations/${ids.analyticalEngines}/projects`,
  workOrders: `/api/projects/${ids.differenceEngine}/planner/work-orders`,
  feedback: `/api/projects/${ids.differenceEngine}/validator/feedback`,
}

export interface TestResponse {
  status: number
  headers: Headers
  body: Awaited<ReturnType<Response['json']>>
}

interface Options {
  bearer?: string
  address?: string
  headers?: Record<string, string>
}

export interface Account {
  id: string
  email: string
  token: string
  organizationId: string
}

interface Mail {
  kind: string
  text: string
  links: string[]
  tokens: string[]
}

/** Opens a sandbox with the seed of the examples, and its store. */
export async function openFactory(settings: TestSettings = {}) {
  const store = openSqliteStore(':memory:')
  const sandbox = await openSandbox('openfactory', { store, ...settings })

  /** Sends a request and reads the response. */
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    options: Options = {},
  ): Promise<TestResponse> => {
    const { bearer, address = '192.0.2.1', headers = {} } = options
    const request = new Request(new URL(sandbox.publicUrl).origin + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const response = await sandbox.fetch(request, { ip: address })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: response.headers.get('content-type') === 'application/json' ? JSON.parse(text) : text,
    }
  }

  return {
    ...sandbox,
    store,
    ask,
    signIn: (email: string, password: string, address?: string) =>
      ask('POST', '/api/auth/signin', { email, password }, { ...(address !== undefined && { address }) }),
    /** Creates an account and its organization. */
    async signUp(name: string): Promise<Account> {
      const email = `${name.toLowerCase()}@example.org`
      const form = { email, password: `the password of ${name}`, name, organizationName: `House of ${name}` }
      const { status, body } = await ask('POST', '/api/auth/signup', form)
      if (status !== 201) throw new Error(`${name} could not sign up: ${JSON.stringify(body)}`)
      return { id: body.user.id, email, token: body.session.token, organizationId: body.organization.id }
    },
    /** Creates an API key of Analytical Engines, as Ada. */
    async createKey(form: Record<string, unknown>): Promise<{ id: string; key: string }> {
      const { status, body } = await ask(
        'POST',
        paths.keys,
        { name: 'Test', ...form },
        { bearer: tokens.ada },
      )
      if (status !== 201) throw new Error(`The API key was not created: ${JSON.stringify(body)}`)
      return body
    },
    mailsTo: async (address: string) =>
      (await sandbox.control<{ mails: Mail[] }>(`inbox?to=${encodeURIComponent(address)}`)).mails,
    advance: (advanceSeconds: number) => sandbox.control('clock', { advanceSeconds }),
    settings: (settings: object) => sandbox.control('settings', settings),
  }
}

/** @returns the status, code and message of an error */
export const errorOf = ({ status, body }: TestResponse) => [status, body.error?.code, body.error?.message]

/** @returns the status and the issues of a validation error */
export const issues = ({ status, body }: TestResponse) => [
  status,
  ...(body.error?.details?.issues ?? []).map(
    ({ path, message }: { path: string; message: string }) => `${path}: ${message}`,
  ),
]

export const countStatuses = (responses: TestResponse[]): Record<number, number> =>
  Object.fromEntries(
    [...Map.groupBy(responses, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  )

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
