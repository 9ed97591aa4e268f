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

let invitation: string | undefined

const reasons: Record<string, Reason> = {
  INVALID_TOKEN: 'invalidInvitation',
  ALREADY_MEMBER: 'alreadyMember',
}

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
  const session = await request('GET', '/api/auth/session', { token })
  if (session.status !== 200) return { ok: false, reason: 'signInRequired' }
  const { organizationId } = session.body
  const path = `/api/organizations/${organizationId}/members`
  const { status, body } = await request('POST', path, { token, body: { email, role } })
  if (status === 201) return { ok: true, organizationId }
  if (status === 403) return { ok: false, reason: 'adminOnly' }
  return { ok: false, reason: body.error.code === 'ALREADY_MEMBER' ? 'alreadyMember' : 'failed' }
}

/** Keeps the invitation of the link. `pageUrl` is the complete URL of the page that the link has opened. */
export async function openInvitation(pageUrl: string): Promise<void> {
  invitation = new URL(pageUrl).searchParams.get('token') ?? undefined
}

/** Accepts the invitation that was opened last. */
export async function acceptInvitation(): Promise<Result> {
  if (invitation === undefined) return { ok: false, reason: 'noInvitation' }
  if (token === undefined) return { ok: false, reason: 'signInRequired' }
  const { status, body } = await request('POST', '/api/auth/accept-invitation', {
    token,
    body: { token: invitation },
  })
  if (status === 200) {
    invitation = undefined
    return { ok: true, organizationId: body.organization.id }
  }
  if (status === 401) {
    token = undefined
    return { ok: false, reason: 'signInRequired' }
  }
  // The invitation is kept: the user may be signed in to the wrong account.
  return { ok: false, reason: reasons[body.error.code] ?? 'failed' }
}
