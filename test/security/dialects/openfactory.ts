import type { Dialect } from '../dialect.ts'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

export const openfactory: Dialect = {
  name: 'openfactory',
  signUp: ({ email, password, name }) => ({
    method: 'POST',
    path: '/api/auth/signup',
    body: { email, password, name, organizationName: `House of ${name}` },
  }),
  signIn: (body) => ({ method: 'POST', path: '/api/auth/signin', body }),
  credentialIn: ({ body }) => ({ access: body.session.token, refresh: null }),
  signUpSignsIn: true,
  demandsVerification: false,
  whoAmI: (access) => ({ method: 'GET', path: '/api/auth/session', headers: bearer(access) }),
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
    awayIn: ({ headers }) => headers.get('location') ?? undefined,
    credentialIn({ headers }) {
      const fragment = new URL(headers.get('location') ?? 'none:').hash.slice(1)
      const access = new URLSearchParams(fragment).get('token')
      return access === null ? undefined : { access, refresh: null }
    },
    bindsBrowser: true,
    landing: 'https://factory.example.org/projects',
  },
  statuses: {
    signedUp: 201,
    signedIn: 200,
    invalid: 422,
    refusedValue: 422,
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
