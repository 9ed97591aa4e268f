import type { Account, Stage } from '../world/stage.ts'
import type { Adapter } from './adapter.ts'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

export const openfactory: Adapter = {
  name: 'openfactory',
  userIdIn: ({ body }) => body?.user?.id,
  cast: [
    {
      email: 'ada@example.org',
      name: 'Ada Lovelace',
      password: 'correct-horse-9',
      id: 'db8a7fee-52dc-4469-9df6-b0f9befbe25c',
      tokens: ['ada0'.repeat(16)],
      prepare: withOrganization,
    },
    ...['grace', 'annabella', 'sophie', 'joan', 'annie'].map((name) => ({
      email: `${name}@example.org`,
      name,
      password: null,
      isNew: true,
    })),
  ],
  setups: {},
  needsExampleData: [],
  documented: {
    signUp: [201, 409, 422],
    signIn: [200, 401],
    signOut: [204],
    getSession: [200, 401],
    startOAuth: [302],
    requestPasswordReset: [200],
    confirmPasswordReset: [200, 400],
  },
  signUp: ({ email, password, name }) => ({
    method: 'POST',
    path: '/api/auth/signup',
    body: { email, password, name, organizationName: `House of ${name}` },
  }),
  signIn: (body) => ({ method: 'POST', path: '/api/auth/signin', body }),
  credentialIn: ({ body }) => ({ access: body.session.token, refresh: null }),
  signUpSignsIn: true,
  requiresVerification: false,
  getCurrentUser: (access) => ({ method: 'GET', path: '/api/auth/session', headers: bearer(access) }),
  emailIn: ({ body }) => body.user.email,
  signOut: ({ access }) => ({ method: 'POST', path: '/api/auth/signout', headers: bearer(access) }),
  requestReset: (email) => ({ method: 'POST', path: '/api/auth/forgot-password', body: { email } }),
  confirmReset: ({ token, password }) => ({
    method: 'POST',
    path: '/api/auth/reset-password',
    body: { token, newPassword: password },
  }),
  oauth: {
    providers: ['github', 'google'],
    start: (provider, redirectTo = '/projects') => ({
      method: 'GET',
      path: `/api/auth/oauth/${provider}?${new URLSearchParams({ redirectTo })}`,
    }),
    authorizationUrlIn: ({ headers }) => headers.get('location') ?? undefined,
    credentialIn({ headers }) {
      const fragment = new URL(headers.get('location') ?? 'none:').hash.slice(1)
      const access = new URLSearchParams(fragment).get('token')
      return access === null ? undefined : { access, refresh: null }
    },
    credentialLocation: 'fragment',
    bindsBrowser: true,
    redirectTarget: 'https://factory.example.org/projects',
  },
  keys: {
    pattern: /^of-key-[0-9a-f]{48}$/,
    scopes: ['mcp:read', 'mcp:write', 'validator:write'],
    keysPathIn: ({ body }) => `/api/organizations/${body.organizationId}/api-keys`,
    create: (access, path, body) => ({ method: 'POST', path, body, headers: bearer(access) }),
    keyIn: ({ body }) => body,
    list: (access, path) => ({ method: 'GET', path, headers: bearer(access) }),
    revoke: (access, path, id) => ({ method: 'DELETE', path: `${path}/${id}`, headers: bearer(access) }),
    // The project does not exist, which is only revealed to keys with the scope.
    use: (key) => ({
      method: 'GET',
      path: '/api/projects/731cc62e-22b2-485f-a4f0-3abb931714d0/planner/work-orders',
      headers: bearer(key),
    }),
  },
  privilege: {
    granted: { role: 'admin' },
    revoked: { role: 'member' },
    isGrantedIn: ({ body }) => body.role === 'admin',
    use: (access, { body }) => ({
      method: 'POST',
      path: `/api/organizations/${body.organizationId}/members`,
      body: { email: `${crypto.randomUUID()}@example.net`, role: 'member' },
      headers: bearer(access),
    }),
  },
  mailTokenSeconds: { reset: 60 * 60 },
  statuses: {
    signedUp: 201,
    signedIn: 200,
    invalidField: 422,
    rejectedValue: 422,
    malformed: 400,
    mediaType: 415,
    taken: 409,
    badMailToken: [400],
  },
  seeded: {
    withPassword: { email: 'ada@example.org', password: 'correct-horse-9', name: 'Ada Lovelace' },
    withoutPassword: { email: 'mary@example.org' },
  },
}

/** Creates the organization, project and work orders that the examples of an administrator name. */
async function withOrganization({ send }: Stage, { access }: Account): Promise<Record<string, string>> {
  const headers = bearer(access)
  const session = await send({ method: 'GET', path: '/api/auth/session', headers })
  const { organizationId } = session.response.body
  const create = async (path: string, body: object) =>
    (await send({ method: 'POST', path, body, headers })).response.body?.id
  const projectId = await create(`/api/organizations/${organizationId}/projects`, {
    name: 'Difference Engine',
  })
  const workOrder = (title: string) => create(`/api/projects/${projectId}/planner/work-orders`, { title })
  return {
    'c33f923d-2d12-4f27-b0f6-0920c5703782': organizationId,
    '1ed055ef-0425-49e4-9b8a-15070cd6f91c': projectId,
    '0d43ae46-806c-4c82-aa2b-35ca8cd36f85': await workOrder('Carry mechanism'),
    'f2459836-8b02-4b74-b0d7-f023254af52e': await workOrder('Printing apparatus'),
  }
}
