import { createOpenfactoryClient } from 'auth-contracts/client'

const baseUrl = 'http://localhost:4000/sandbox/openfactory'

interface Credentials {
  email: string
  password: string
}

let askToSignIn: () => Promise<Credentials | undefined> = async () => undefined

/** Sends the token, and keeps it in memory: it is valid for 30 days, so a stolen one would be, too. */
export const openfactory = createOpenfactoryClient({
  baseUrl,
  onExpired: () => askToSignIn(),
  onSignedOut: () => dispatchEvent(new Event('signed-out')),
})

/** Sets the function that asks for email and password when the session has expired. */
export function whenExpired(ask: () => Promise<Credentials | undefined>) {
  askToSignIn = ask
}

/** Creates an account with its organization, and signs in. */
export const signUp = (email: string, password: string, name: string, organizationName: string) =>
  openfactory.POST('/api/auth/signup', { body: { email, password, name, organizationName } })

/** Signs in with a password. */
export const signIn = (email: string, password: string) =>
  openfactory.POST('/api/auth/signin', { body: { email, password } })

/** Reads the user. If the session has expired, the client asks to sign in, and repeats the call. */
export const getSession = () => openfactory.GET('/api/auth/session')

/** Ends the session. */
export const signOut = () => openfactory.POST('/api/auth/signout')

/** Mails a link to choose a new password. */
export const requestReset = (email: string) =>
  openfactory.POST('/api/auth/forgot-password', { body: { email } })

/** Sets a new password, with the token of the mailed link. */
export const resetPassword = (token: string, newPassword: string) =>
  openfactory.POST('/api/auth/reset-password', { body: { token, newPassword } })

/** Lists the API keys of an organization. */
export const listKeys = (orgId: string) =>
  openfactory.GET('/api/organizations/{orgId}/api-keys', { params: { path: { orgId } } })

/** Creates a key that can read work orders. Only this response contains it. */
export const createKey = (orgId: string, name: string) =>
  openfactory.POST('/api/organizations/{orgId}/api-keys', {
    params: { path: { orgId } },
    body: { name, scopes: ['mcp:read'] },
  })

/** Deletes a key. Only admins of the organization can do so. */
export const deleteKey = (orgId: string, keyId: string) =>
  openfactory.DELETE('/api/organizations/{orgId}/api-keys/{keyId}', { params: { path: { orgId, keyId } } })

/** Mails an invitation to the organization. */
export const inviteMember = (orgId: string, email: string) =>
  openfactory.POST('/api/organizations/{orgId}/members', {
    params: { path: { orgId } },
    body: { email, role: 'member' },
  })

/** Joins the organization, with the token of the mailed link. */
export const acceptInvitation = (token: string) =>
  openfactory.POST('/api/auth/accept-invitation', { body: { token } })

/** Leaves the page for a provider, which returns to it. */
export function signInWithProvider(provider: 'google' | 'github') {
  const attempt = crypto.randomUUID()
  sessionStorage.setItem('attempt', attempt)
  const redirectTo = `${location.origin}${location.pathname}?attempt=${attempt}`
  location.assign(`${baseUrl}/api/auth/oauth/${provider}?${new URLSearchParams({ redirectTo })}`)
}

/**
 * Ends the sign-in with a provider. Call it when the page loads.
 * @returns the error of a failed sign-in, such as `access_denied`
 */
export async function finishSignIn(): Promise<string | undefined> {
  const query = new URLSearchParams(location.search)
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  const attempt = query.get('attempt')
  if (attempt === null) return
  // The token must not stay in the history of the browser.
  history.replaceState(null, '', location.pathname)
  const isOurs = attempt === sessionStorage.getItem('attempt')
  sessionStorage.removeItem('attempt')
  if (!isOurs) return 'This tab has not started the sign-in.'
  if (token) await openfactory.tokens.set({ accessToken: token })
  return query.get('error') ?? undefined
}
