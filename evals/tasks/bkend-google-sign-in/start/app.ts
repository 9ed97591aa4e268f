const baseUrl = process.env.BASE_URL ?? 'http://localhost:4000/sandbox/bkend'
const apiKey = process.env.API_KEY ?? 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'

interface Options {
  token?: string | undefined
  body?: object
}

/** Sends a request to the API. */
export async function request(method: string, path: string, { token, body }: Options = {}) {
  const response = await fetch(baseUrl + path, {
    method,
    redirect: 'manual',
    headers: {
      'x-api-key': apiKey,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
}

/** The page of this app to which the API sends the browser back. */
export const callbackPage = 'http://localhost:3000/auth/callback'

export type Reason = 'notStarted' | 'declined' | 'accountExists' | 'failed'
export type Result = { ok: true; isNewUser: boolean } | { ok: false; reason: Reason }

/** Returns the URL of Google that the browser has to open. */
export async function startGoogleSignIn(): Promise<string> {
  // TODO
  throw new Error('not implemented yet')
}

/** Finishes the sign-in. `pageUrl` is the complete URL of the callback page, as the browser has opened it. */
export async function finishGoogleSignIn(pageUrl: string): Promise<Result> {
  // TODO
  throw new Error('not implemented yet')
}

/** Returns the signed-in user, or null. */
export async function currentUser(): Promise<{ id: string; name: string; email: string } | null> {
  // TODO
  throw new Error('not implemented yet')
}
