import type { Adapter } from './adapter.ts'
import { cast } from './bkend-cast.ts'
import { needsExampleData, setups } from './bkend-setups.ts'

const key = { 'x-api-key': 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' }
const signedIn = (token: string) => ({ ...key, authorization: `Bearer ${token}` })
const post = (path: string, body: unknown) => ({
  method: 'POST',
  path: `/v1/auth/${path}`,
  body,
  headers: key,
})

export const bkend: Adapter = {
  name: 'bkend',
  cast,
  setups,
  needsExampleData,
  // The page names no status; its sample reads the body of a successful sign-in.
  documented: { signIn: [200] },
  documentsErrorBodies: false,
  documentedBounds: [],
  ownRules: [],
  userIdIn: ({ body }) => body?.id,
  signUp: (person) => post('email/signup', { method: 'password', ...person }),
  signIn: ({ email, password }) => post('email/signin', { method: 'password', email, password }),
  signInWithCode: ({ email, password }, mfaCode) =>
    post('email/signin', { method: 'password', email, password, mfaCode }),
  credentialIn: ({ body }) => ({ access: body.accessToken, refresh: body.refreshToken }),
  signUpSignsIn: true,
  requiresVerification: false,
  getCurrentUser: (access) => ({ method: 'GET', path: '/v1/auth/me', headers: signedIn(access) }),
  emailIn: ({ body }) => body.email,
  signOut: ({ access }) => ({ method: 'POST', path: '/v1/auth/signout', headers: signedIn(access) }),
  refresh: (refreshToken) => post('refresh', { refreshToken }),
  changePassword: (access, { current, next }) => ({
    ...post('password/change', { currentPassword: current, newPassword: next }),
    headers: signedIn(access),
  }),
  requestReset: (email) => post('password/reset/request', { email }),
  confirmReset: ({ email, token, password }) =>
    post('password/reset/confirm', { email, token, newPassword: password }),
  sendVerification: (email) => post('email/verify/send', { email }),
  verify: ({ email, token, access }) => ({
    ...post('email/verify/confirm', { email, token }),
    ...(access !== undefined && { headers: signedIn(access) }),
  }),
  profile: {
    field: 'nickname',
    read: (access, userId) => ({ method: 'GET', path: `/v1/users/${userId}`, headers: signedIn(access) }),
    update: (access, userId, body) => ({
      method: 'PATCH',
      path: `/v1/users/${userId}`,
      body,
      headers: signedIn(access),
    }),
  },
  oauth: {
    providers: ['google', 'github'],
    start: (provider, redirect = 'https://app.example.com/done') => ({
      method: 'GET',
      path: `/v1/auth/${provider}/authorize?${new URLSearchParams({ redirect })}`,
      headers: key,
    }),
    authorizationUrlIn: ({ body }) => body?.authorizationUrl,
    credentialIn({ headers }) {
      const query = new URL(headers.get('location') ?? 'none:').searchParams
      const [access, refresh] = [query.get('accessToken'), query.get('refreshToken')]
      return access === null ? undefined : { access, refresh }
    },
    credentialLocation: 'query',
    bindsBrowser: false,
    redirectTarget: 'https://app.example.com/done',
  },
  privilege: {
    granted: { role: 'admin' },
    revoked: { role: 'user' },
    isGrantedIn: ({ body }) => body.role === 'admin',
    // Mina's profile.
    use: (access) => ({
      method: 'PATCH',
      path: '/v1/users/3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10',
      body: { nickname: 'minnie' },
      headers: signedIn(access),
    }),
  },
  onReuse: 'allSessions',
  refreshEndsAccessToken: true,
  mailTokenSeconds: { reset: 24 * 60 * 60, verification: 24 * 60 * 60 },
  statuses: {
    signedUp: 201,
    signedIn: 200,
    invalidField: 400,
    rejectedValue: 400,
    malformed: 400,
    mediaType: 415,
    taken: 409,
    badMailToken: [401, 404],
    wrongCurrentPassword: 401,
  },
  seeded: {
    withPassword: { email: 'user@example.com', password: 'password123', name: 'Mina Park' },
    withoutPassword: { email: 'leo@example.com' },
    disabled: { email: 'iris@example.com', password: 'copper-thistle-90' },
    withSecondFactor: {
      email: 'tomas@example.com',
      password: 'granite-meadow-23',
      secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    },
  },
}
