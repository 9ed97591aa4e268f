const baseUrl = process.env.BASE_URL ?? 'http://localhost:4000/sandbox/bedrud'

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
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
}

export interface User {
  id: string
  name: string
  email: string
}

/** `options` is for `navigator.credentials`, in the JSON form of WebAuthn. */
export type Start = { ok: true; options: object } | { ok: false; reason: Reason }
export type Finish = { ok: true; user: User } | { ok: false; reason: Reason }
export type Reason = 'emailTaken' | 'passkeysDisabled' | 'expired' | 'unknownPasskey' | 'rejected' | 'failed'

let accessToken: string | undefined

/** Begins to create an account with a passkey. */
export async function startSignUp(email: string, name: string): Promise<Start> {
  return start('/api/auth/passkey/signup/begin', { email, name })
}

/** Creates the account. `credential` is the result of `toJSON()` of the new credential. */
export async function finishSignUp(credential: object): Promise<Finish> {
  return finish('/api/auth/passkey/signup/finish', credential)
}

/** Begins a sign-in, without asking for the email. */
export async function startSignIn(): Promise<Start> {
  return start('/api/auth/passkey/login/begin', {})
}

/** Signs in. `credential` is the result of `toJSON()` of the credential. */
export async function finishSignIn(credential: object): Promise<Finish> {
  return finish('/api/auth/passkey/login/finish', credential)
}

/** Returns the signed-in user, or null. */
export async function currentUser(): Promise<User | null> {
  if (accessToken === undefined) return null
  const { status, body } = await request('GET', '/api/auth/me', { token: accessToken })
  return status === 200 ? body : null
}

/** First step of both ceremonies. */
async function start(path: string, fields: object): Promise<Start> {
  const { status, body } = await request('POST', path, { body: fields })
  return status === 200 ? { ok: true, options: body } : { ok: false, reason: reasonOf(status, body.error) }
}

/** Second step of both ceremonies. */
async function finish(path: string, credential: object): Promise<Finish> {
  const { status, body } = await request('POST', path, { body: credential })
  if (status !== 200) return { ok: false, reason: reasonOf(status, body.error) }
  accessToken = body.accessToken
  return { ok: true, user: body.user }
}

/** Errors of this API have a text, but no code. */
function reasonOf(status: number, error: string): Reason {
  if (status === 409) return 'emailTaken'
  if (status === 403) return 'passkeysDisabled'
  if (/expired/.test(error)) return 'expired'
  if (error === 'passkey not found') return 'unknownPasskey'
  return status === 400 || status === 401 ? 'rejected' : 'failed'
}
