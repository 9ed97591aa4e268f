import { createOpenfactoryClient, storageTokens } from 'auth-contracts/client'

/** Tests set the URL of their sandbox. */
const { apiUrl = 'http://localhost:4000/sandbox/openfactory' } = globalThis as { apiUrl?: string }

export const api = createOpenfactoryClient({
  baseUrl: apiUrl,
  tokens: storageTokens(localStorage, 'session'),
})

/** Goes to a provider, which redirects back to the app with a token in the fragment. */
export function startSocialSignIn(provider: 'github' | 'google'): void {
  const attempt = crypto.randomUUID()
  sessionStorage.setItem('attempt', attempt)
  const redirectTo = `${location.origin}/?attempt=${attempt}`
  location.assign(`${apiUrl}/api/auth/oauth/${provider}?${new URLSearchParams({ redirectTo })}`)
}

/** Stores the token of a redirect, if this tab has begun the sign-in. */
export async function finishSocialSignIn(): Promise<void> {
  const { searchParams, hash } = new URL(location.href)
  const token = new URLSearchParams(hash.slice(1)).get('token')
  const attempt = sessionStorage.getItem('attempt')
  sessionStorage.removeItem('attempt')
  history.replaceState(null, '', location.pathname + (searchParams.has('attempt') ? '' : location.search))
  if (token && attempt && searchParams.get('attempt') === attempt)
    await api.tokens.set({ accessToken: token })
}
