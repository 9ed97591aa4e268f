import type { Adapter } from './adapter.ts'
import { cast } from './bondmcp-cast.ts'
import { setups } from './bondmcp-setups.ts'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

export const bondmcp: Adapter = {
  name: 'bondmcp',
  cast,
  setups,
  needsExampleData: [],
  documented: {
    signUp: [200],
    signIn: [200],
    listModels: [200, 401, 403, 429],
  },
  documentsErrorBodies: false,
  documentedBounds: [],
  ownRules: ['signUp withName', 'signIn rememberMe'],
  userIdIn: ({ body }) => body?.user_id,
  signUp: (body) => ({ method: 'POST', path: '/mcp/auth/register', body }),
  signIn: (body) => ({ method: 'POST', path: '/mcp/auth/login', body }),
  credentialIn: ({ body }) => ({ access: body.access_token, refresh: null }),
  signUpSignsIn: false,
  requiresVerification: true,
  getCurrentUser: (access) => ({ method: 'GET', path: '/mcp/auth/api-keys', headers: bearer(access) }),
  verify: ({ token }) => ({ method: 'GET', path: `/mcp/auth/verify?${new URLSearchParams({ token })}` }),
  keys: {
    pattern: /^bcp_[0-9a-f]{48}$/,
    scopes: ['read', 'write', 'admin'],
    keysPathIn: () => '',
    create: (access, _, { name, scopes: permissions, ...others }) => ({
      method: 'POST',
      path: '/mcp/auth/api-keys',
      body: { name, permissions, ...others },
      headers: bearer(access),
    }),
    keyIn: ({ body }) => ({ id: body.id, key: body.api_key }),
    list: (access) => ({ method: 'GET', path: '/mcp/auth/api-keys', headers: bearer(access) }),
    revoke: (access, _, id) => ({
      method: 'DELETE',
      path: `/mcp/auth/api-keys/${id}`,
      headers: bearer(access),
    }),
    use: (key) => ({ method: 'GET', path: '/mcp/health-ai/models', headers: bearer(key) }),
  },
  privilege: {
    granted: { plan: 'professional' },
    revoked: { plan: 'free' },
    settings: { planEntitlements: { free: [] } },
    use: (access) => ({ method: 'GET', path: '/mcp/health-ai/models', headers: bearer(access) }),
    useWithKey: (key) => ({ method: 'GET', path: '/mcp/health-ai/models', headers: bearer(key) }),
  },
  requestLimit: {
    perMinute: 10,
    headers: ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
  },
  requestIdHeader: 'x-request-id',
  mailTokenSeconds: { verification: 24 * 60 * 60 },
  statuses: {
    signedUp: 200,
    signedIn: 200,
    invalidField: 422,
    rejectedValue: 400,
    malformed: 400,
    mediaType: 400,
    taken: 409,
    badMailToken: [400],
  },
  seeded: {
    withPassword: { email: 'mary@example.org', password: 'sunrise-over-water-4', name: 'Mary' },
  },
}
