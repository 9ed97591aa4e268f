const baseUrl = process.env.BASE_URL ?? 'http://localhost:4000/sandbox/bkend'
const apiKey = process.env.API_KEY ?? 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'

interface Tokens {
  accessToken: string
  refreshToken: string
}

let tokens: Tokens | undefined

/** Signs a user in. Rejects with the code of the API if it fails. */
export async function signIn(email: string, password: string): Promise<void> {
  const response = await fetch(`${baseUrl}/v1/auth/email/signin`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify({ method: 'password', email, password }),
  })
  tokens = (await bodyOf(response)) as Tokens
}

/** Whether a user is signed in. */
export function isSignedIn(): boolean {
  return tokens !== undefined
}

/** Loads the profile of the signed-in user. */
export async function getProfile(): Promise<{ id: string; name: string; email: string }> {
  return (await call('GET', '/v1/auth/me')) as { id: string; name: string; email: string }
}

/** Changes the nickname of the signed-in user. */
export async function setNickname(userId: string, nickname: string): Promise<void> {
  await call('PATCH', `/v1/users/${userId}/profile`, { nickname })
}

/** Calls the API as the signed-in user. Renews expired tokens, and repeats the call once. */
async function call(method: string, path: string, body?: object): Promise<unknown> {
  const used = tokens
  if (!used) throw new Error('Not signed in.')
  const response = await send(method, path, used, body)
  if (!isExpired(response)) return bodyOf(response)
  // Another call may have renewed the tokens while this one was on its way.
  if (tokens === used) await renew(used)
  if (!tokens) throw new Error('Not signed in.')
  return bodyOf(await send(method, path, tokens, body))
}

function send(method: string, path: string, { accessToken }: Tokens, body?: object): Promise<Response> {
  return fetch(baseUrl + path, {
    method,
    headers: {
      'x-api-key': apiKey,
      authorization: `Bearer ${accessToken}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
}

/** Only errors about the access token have this header. Others are about the API key or a password. */
function isExpired({ status, headers }: Response): boolean {
  return status === 401 && (headers.get('www-authenticate') ?? '').includes('error="invalid_token"')
}

let renewal: Promise<void> | undefined

/** Concurrent calls share one refresh, because a refresh token works once. */
function renew(old: Tokens): Promise<void> {
  renewal ??= refresh(old).finally(() => {
    renewal = undefined
  })
  return renewal
}

async function refresh({ refreshToken }: Tokens): Promise<void> {
  const response = await fetch(`${baseUrl}/v1/auth/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify({ refreshToken }),
  })
  const body = await response.json()
  if (response.ok) {
    tokens = body
    return
  }
  const { code } = body.error
  if (['auth/invalid-refresh-token', 'auth/session-expired', 'auth/user-not-found'].includes(code))
    tokens = undefined
  throw new Error(code)
}

async function bodyOf(response: Response): Promise<unknown> {
  const body = await response.json()
  if (!response.ok) throw new Error(body.error.code)
  return body
}
