import { type bedrud as api, createBedrudClient, storageTokens } from 'auth-contracts/client'

const baseUrl = 'http://localhost:4000/sandbox/bedrud'

/** Sends and refreshes the tokens, which survive a reload of the page. */
export const bedrud = createBedrudClient({
  baseUrl,
  // Cookies bind the steps of a passkey or a provider sign-in to this browser.
  credentials: 'include',
  tokens: storageTokens(sessionStorage, 'bedrud'),
  onSignedOut: () => dispatchEvent(new Event('signed-out')),
})

/** Creates an account, and signs in. */
export const signUp = (email: string, password: string, name: string) =>
  bedrud.POST('/api/auth/register', { body: { email, password, name } })

/** Signs in with a password. */
export const signIn = (email: string, password: string) =>
  bedrud.POST('/api/auth/login', { body: { email, password } })

/** Signs in with only a name. */
export const signInAsGuest = (name: string) => bedrud.POST('/api/auth/guest-login', { body: { name } })

/** Reads the user. If the access token has expired, the client refreshes it and repeats the call. */
export const getUser = () => bedrud.GET('/api/auth/me')

/** Ends the session. */
export const signOut = () => bedrud.POST('/api/auth/logout')

/** Adds a passkey to the account of the signed-in user. */
export async function addPasskey() {
  const begin = await bedrud.POST('/api/auth/passkey/register/begin')
  if (!begin.data) return begin
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begin.data)
  const credential = await navigator.credentials.create({ publicKey })
  return bedrud.POST('/api/auth/passkey/register/finish', {
    body: toJson<api.AttestationCredential>(credential),
  })
}

/** Signs in with a passkey of this device. */
export async function signInWithPasskey() {
  const begin = await bedrud.POST('/api/auth/passkey/login/begin', { body: {} })
  if (!begin.data) return begin
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(begin.data)
  const credential = await navigator.credentials.get({ publicKey })
  return bedrud.POST('/api/auth/passkey/login/finish', {
    body: toJson<api.AssertionCredential>(credential),
  })
}

function toJson<Json>(credential: Credential | null): Json {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser returned no passkey.')
  const json: unknown = credential.toJSON()
  return json as Json
}

/**
 * Signs in with a provider in a new window.
 * @returns undefined if the user denies it, it fails, takes over 5 minutes, or its window is closed
 */
export async function signInWithProvider(provider: 'google' | 'github' | 'twitter') {
  // Before the first call, because browsers block windows that do not open directly after a click.
  const popup = open('', 'sign-in', 'popup,width=520,height=720')
  if (!popup) throw new Error('The browser has blocked the window for the sign-in.')
  await endEarlierSession()
  popup.location.href = `${baseUrl}/api/auth/${provider}/login`
  // The window ends at the API, where this page cannot read the result, so it asks whether there is a user.
  const deadline = Date.now() + 5 * 60_000
  while (!popup.closed && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 3000))
    const user = await getUser()
    if (!user.data) continue
    popup.close()
    // The sign-in has set cookies. This gets the tokens.
    return bedrud.POST('/api/auth/refresh', { body: {} })
  }
  popup.close()
}

/** Ends a session that only its cookies have kept, or else the next sign-in would seem complete at once. */
async function endEarlierSession() {
  const earlier = await bedrud.POST('/api/auth/refresh', { body: {} })
  if (earlier.data) await signOut()
}
