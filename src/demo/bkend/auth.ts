import { createBkendClient, storageTokens } from 'auth-contracts/client'

/** Sends and refreshes the tokens, which survive a reload of the page. */
export const bkend = createBkendClient({
  baseUrl: 'http://localhost:4000/sandbox/bkend',
  // A publishable key, which names the project on every call, may be public.
  apiKey: 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  tokens: storageTokens(sessionStorage, 'bkend'),
  onSignedOut: () => dispatchEvent(new Event('signed-out')),
})

/** Creates an account, and signs in. */
export const signUp = (email: string, password: string, name: string) =>
  bkend.POST('/v1/auth/email/signup', { body: { method: 'password', email, password, name } })

/**
 * Signs in with a password.
 * @param mfaCode the code of the authenticator app, after the error `auth/mfa-required`
 */
export const signIn = (email: string, password: string, mfaCode?: string) =>
  bkend.POST('/v1/auth/email/signin', {
    body: { method: 'password', email, password, ...(mfaCode && { mfaCode }) },
  })

/** Reads the user. If the access token has expired, the client refreshes it and repeats the call. */
export const getUser = () => bkend.GET('/v1/auth/me')

/** Ends the session. */
export const signOut = () => bkend.POST('/v1/auth/signout')

/** Mails a code that proves the email. */
export const sendVerification = (email: string) =>
  bkend.POST('/v1/auth/email/verify/send', { body: { email } })

/** Verifies the email with the mailed code. The session stays open, because the client sends its token. */
export const verifyEmail = (email: string, token: string) =>
  bkend.POST('/v1/auth/email/verify/confirm', { body: { email, token } })

/** Leaves the page for a provider, which returns to it. */
export async function signInWithProvider(provider: 'google' | 'github') {
  const attempt = crypto.randomUUID()
  sessionStorage.setItem('attempt', attempt)
  const redirect = `${location.origin}${location.pathname}?attempt=${attempt}`
  const start = await bkend.GET('/v1/auth/{provider}/authorize', {
    params: { path: { provider }, query: { redirect } },
  })
  if (start.data) location.assign(start.data.authorizationUrl)
  return start
}

/**
 * Ends the sign-in with a provider. Call it when the page loads.
 * @returns the error message of a failed sign-in
 */
export async function finishSignIn(): Promise<string | undefined> {
  const query = new URLSearchParams(location.search)
  const attempt = query.get('attempt')
  if (attempt === null) return
  // The tokens must not stay in the history of the browser.
  history.replaceState(null, '', location.pathname)
  const isOurs = attempt === sessionStorage.getItem('attempt')
  sessionStorage.removeItem('attempt')
  if (!isOurs) return 'This tab has not started the sign-in.'
  const [accessToken, refreshToken] = [query.get('accessToken'), query.get('refreshToken')]
  if (accessToken && refreshToken) await bkend.tokens.set({ accessToken, refreshToken })
  return query.get('errorMessage') ?? undefined
}
