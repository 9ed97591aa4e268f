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

// TODO: renew the tokens when the access token has expired
async function call(method: string, path: string, body?: object): Promise<unknown> {
  if (!tokens) throw new Error('Not signed in.')
  const response = await fetch(baseUrl + path, {
    method,
    headers: {
      'x-api-key': apiKey,
      authorization: `Bearer ${tokens.accessToken}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return bodyOf(response)
}

async function bodyOf(response: Response): Promise<unknown> {
  const body = await response.json()
  if (!response.ok) throw new Error(body.error.code)
  return body
}
