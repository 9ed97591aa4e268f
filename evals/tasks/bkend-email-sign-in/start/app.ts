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

export type Reason =
  | 'invalidEmail'
  | 'invalidPassword'
  | 'emailTaken'
  | 'wrongCredentials'
  | 'mfaRequired'
  | 'wrongMfaCode'
  | 'suspended'
  | 'tooManyAttempts'
  | 'failed'

export type Result = { ok: true } | { ok: false; reason: Reason; retryAfterSeconds?: number }

/** Creates an account and signs the user in. */
export async function signUp(name: string, email: string, password: string): Promise<Result> {
  // TODO
  throw new Error('not implemented yet')
}

/** Signs a user in, with a code of the authenticator app if the account requires one. */
export async function signIn(email: string, password: string, mfaCode?: string): Promise<Result> {
  // TODO
  throw new Error('not implemented yet')
}

/** Returns the signed-in user, or null. */
export async function currentUser(): Promise<{ id: string; name: string; email: string } | null> {
  // TODO
  throw new Error('not implemented yet')
}
