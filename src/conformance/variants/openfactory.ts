import type { Adapter } from './adapter.ts'
import { cast } from './openfactory-cast.ts'
import { needsExampleData, setups } from './openfactory-setups.ts'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

export const openfactory: Adapter = {
  name: 'openfactory',
  userIdIn: ({ body }) => body?.user?.id,
  cast,
  setups,
  needsExampleData,
  documented: {
    signUp: [201, 409, 422],
    signIn: [200, 401],
    signOut: [204],
    getSession: [200, 401],
    startOAuth: [302],
    requestPasswordReset: [200],
    confirmPasswordReset: [200, 400],
  },
  documentsErrorBodies: false,
  documentedBounds: ['signUp email pattern', 'signUp password minLength'],
  ownRules: [
    'signUp paddedEmail',
    'signUp weakPassword',
    'signUp emptyName',
    'signIn malformedEmail',
    'requestPasswordReset malformedEmail',
  ],
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
