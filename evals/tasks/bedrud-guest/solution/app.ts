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

export interface Guest {
  id: string
  name: string
  role: string
}

export type Reason = 'guestsDisabled' | 'invalidName' | 'failed'
export type Result = { ok: true; guest: Guest } | { ok: false; reason: Reason }

interface Tokens {
  accessToken: string
  refreshToken: string
}

let tokens: Tokens | undefined

/** Whether the server allows guests. */
export async function canJoinAsGuest(): Promise<boolean> {
  const { body } = await request('GET', '/api/auth/settings')
  return body.guestLoginEnabled
}

/** Signs in as a guest, unless the app already has one. */
export async function joinAsGuest(name: string): Promise<Result> {
  const present = await currentGuest()
  if (present) return { ok: true, guest: present }
  if (name.length < 2 || name.length > 50) return { ok: false, reason: 'invalidName' }
  const { status, body } = await request('POST', '/api/auth/guest-login', { body: { name } })
  if (status === 200) {
    tokens = body
    return { ok: true, guest: body.user }
  }
  if (status === 403) return { ok: false, reason: 'guestsDisabled' }
  return { ok: false, reason: status === 400 ? 'invalidName' : 'failed' }
}

/** Returns the guest, or null. */
export async function currentGuest(): Promise<Guest | null> {
  if (!tokens) return null
  const { status, body } = await request('GET', '/api/auth/me', { token: tokens.accessToken })
  return status === 200 ? body : null
}

/** Signs the guest out. Rejects if the session may still be open, so that the user can try again. */
export async function leave(): Promise<void> {
  if (!tokens) return
  let response = await signOut(tokens)
  if (response.status === 401) {
    // The access token may have expired, while the session is still open.
    const { refreshToken } = tokens
    const renewed = await request('POST', '/api/auth/refresh', { body: { refreshToken } })
    if (renewed.status === 200) {
      tokens = renewed.body as Tokens
      response = await signOut(tokens)
    } else if (renewed.status !== 401) throw new Error(renewed.body.error)
  }
  if (response.status !== 200 && response.status !== 401) throw new Error(response.body.error)
  tokens = undefined
}

/** Ends the session at the server. */
function signOut({ accessToken, refreshToken }: Tokens) {
  return request('POST', '/api/auth/logout', { token: accessToken, body: { refreshToken } })
}
