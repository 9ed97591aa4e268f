import type { Adapter } from './adapter.ts'
import { cast } from './bedrud-cast.ts'
import { setups } from './bedrud-setups.ts'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const post = (path: string, body: unknown) => ({ method: 'POST', path: `/api/auth/${path}`, body })

/** The table of the page holds for all operations that it names. */
const errors = [400, 401, 409, 500]

export const bedrud: Adapter = {
  name: 'bedrud',
  cast,
  setups,
  needsExampleData: [],
  documented: {
    signUp: [200, ...errors],
    signIn: [200, ...errors],
    signInAsGuest: [200, ...errors],
    getCurrentUser: [200, ...errors],
    refreshTokens: [200, ...errors],
    signOut: [200, ...errors],
    startOAuth: errors,
    startPasskeyRegistration: errors,
    finishPasskeyRegistration: errors,
    startPasskeySignIn: errors,
    finishPasskeySignIn: errors,
    startPasskeySignUp: errors,
    finishPasskeySignUp: errors,
  },
  documentsErrorBodies: true,
  documentedBounds: [],
  ownRules: [
    'signUp newcomer',
    'signUp emptyName',
    'signUp shortName',
    'signUp longName',
    'signUp shortPassword',
    'signUp longPassword',
    'signUp commonPassword',
    'signIn longPassword',
    'signInAsGuest emptyName',
    'signInAsGuest shortName',
    'signInAsGuest longName',
    'refreshTokens supersededToken',
    'refreshTokens signedOut',
    'signOut accessTokenOnly',
    'signOut unknownToken',
    'signOut cookieOnly',
  ],
  userIdIn: ({ body }) => body?.user?.id ?? body?.id,
  signUp: (person) => post('register', person),
  signIn: (body) => post('login', body),
  credentialIn: ({ body }) => ({ access: body.accessToken, refresh: body.refreshToken }),
  signUpSignsIn: true,
  requiresVerification: false,
  getCurrentUser: (access) => ({ method: 'GET', path: '/api/auth/me', headers: bearer(access) }),
  emailIn: ({ body }) => body.email,
  signOut: ({ access, refresh }) => ({
    ...post('logout', { refreshToken: refresh }),
    headers: bearer(access),
  }),
  refresh: (refreshToken) => post('refresh', { refreshToken }),
  oauth: {
    providers: ['google', 'github', 'twitter'],
    start: (provider) => ({ method: 'GET', path: `/api/auth/${provider}/login` }),
    authorizationUrlIn: ({ headers }) => headers.get('location') ?? undefined,
    credentialIn: ({ status, body }) =>
      status === 200 ? { access: body.accessToken, refresh: body.refreshToken } : undefined,
    credentialLocation: 'body',
    bindsBrowser: true,
  },
  signInAsGuest: (name) => post('guest-login', { name }),
  passkeys: {
    startSignUp: (person) => post('passkey/signup/begin', person),
    finishSignUp: (attestation) => post('passkey/signup/finish', attestation),
    startRegistration: (access) => ({
      ...post('passkey/register/begin', undefined),
      headers: bearer(access),
    }),
    finishRegistration: (access, attestation) => ({
      ...post('passkey/register/finish', attestation),
      headers: bearer(access),
    }),
    startSignIn: () => post('passkey/login/begin', {}),
    finishSignIn: (assertion) => post('passkey/login/finish', assertion),
  },
  privilege: {
    granted: { role: 'admin' },
    revoked: { role: 'user' },
    isGrantedIn: ({ body }) => body.accesses.includes('admin'),
  },
  onReuse: 'session',
  statuses: {
    signedUp: 200,
    signedIn: 200,
    invalidField: 400,
    rejectedValue: 400,
    malformed: 400,
    mediaType: 400,
    taken: 409,
    badMailToken: [],
  },
  seeded: {
    withPassword: { email: 'mary.major@example.com', password: 'harbour lights at nine', name: 'Mary Major' },
    withoutPassword: { email: 'lin.chen@example.net' },
    disabled: { email: 'erin@example.net', password: 'closed-since-march' },
  },
}
