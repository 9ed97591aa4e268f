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

/** Begins to create an account with a passkey. */
export async function startSignUp(email: string, name: string): Promise<Start> {
  // TODO
  throw new Error('not implemented yet')
}

/** Creates the account. `credential` is the result of `toJSON()` of the new credential. */
export async function finishSignUp(credential: object): Promise<Finish> {
  // TODO
  throw new Error('not implemented yet')
}

/** Begins a sign-in, without asking for the email. */
export async function startSignIn(): Promise<Start> {
  // TODO
  throw new Error('not implemented yet')
}

/** Signs in. `credential` is the result of `toJSON()` of the credential. */
export async function finishSignIn(credential: object): Promise<Finish> {
  // TODO
  throw new Error('not implemented yet')
}

/** Returns the signed-in user, or null. */
export async function currentUser(): Promise<User | null> {
  // TODO
  throw new Error('not implemented yet')
}
