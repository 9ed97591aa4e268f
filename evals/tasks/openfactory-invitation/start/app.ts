const baseUrl = process.env.BASE_URL ?? 'http://localhost:4000/sandbox/openfactory'

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

export type Reason =
  | 'alreadyMember'
  | 'adminOnly'
  | 'signInRequired'
  | 'noInvitation'
  | 'invalidInvitation'
  | 'failed'
export type Result = { ok: true; organizationId: string } | { ok: false; reason: Reason }

let token: string | undefined

/** Signs a user in. */
export async function signIn(email: string, password: string): Promise<void> {
  const { status, body } = await request('POST', '/api/auth/signin', { body: { email, password } })
  if (status !== 200) throw new Error(body.error.code)
  token = body.session.token
}

/** Creates an account with its own organization, and signs the user in. */
export async function signUp(email: string, password: string, name: string): Promise<void> {
  const fields = { email, password, name, organizationName: `${name} Lab` }
  const { status, body } = await request('POST', '/api/auth/signup', { body: fields })
  if (status !== 201) throw new Error(body.error.code)
  token = body.session.token
}

/** Whether a user is signed in. */
export function isSignedIn(): boolean {
  return token !== undefined
}

/** Invites a member to the organization of the signed-in user. */
export async function invite(email: string, role: 'admin' | 'member'): Promise<Result> {
  // TODO
  throw new Error('not implemented yet')
}

/** Keeps the invitation of the link. `pageUrl` is the complete URL of the page that the link has opened. */
export async function openInvitation(pageUrl: string): Promise<void> {
  // TODO
  throw new Error('not implemented yet')
}

/** Accepts the invitation that was opened last. */
export async function acceptInvitation(): Promise<Result> {
  // TODO
  throw new Error('not implemented yet')
}
