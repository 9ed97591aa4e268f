const baseUrl = process.env.BASE_URL ?? 'http://localhost:4000/sandbox/bondmcp'

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
  | 'wrongCredentials'
  | 'keyLimitReached'
  | 'invalidKey'
  | 'missingPermission'
  | 'planTooSmall'
  | 'failed'
export type Created = { ok: true; id: string; key: string } | { ok: false; reason: Reason }
export type Models = { ok: true; models: string[] } | { ok: false; reason: Reason }

/** Creates a key for a script that lists the models, and has no other permission. */
export async function createKey(email: string, password: string, name: string): Promise<Created> {
  const token = await signIn(email, password)
  return token === undefined ? { ok: false, reason: 'wrongCredentials' } : create(token, name)
}

/** Lists the ids of the models with a key. This is what the script runs every night. */
export async function listModels(key: string): Promise<Models> {
  const { status, body } = await request('GET', '/mcp/health-ai/models', { token: key })
  if (status === 200) return { ok: true, models: body.models.map(({ id }: { id: string }) => id) }
  if (status === 401) return { ok: false, reason: 'invalidKey' }
  const { required, required_plan: plan } = body.error.details ?? {}
  if (status === 403 && required) return { ok: false, reason: 'missingPermission' }
  return { ok: false, reason: status === 403 && plan ? 'planTooSmall' : 'failed' }
}

/** Replaces the key with this id. At any time, one of both keys works. */
export async function replaceKey(
  email: string,
  password: string,
  id: string,
  name: string,
): Promise<Created> {
  const token = await signIn(email, password)
  if (token === undefined) return { ok: false, reason: 'wrongCredentials' }
  const created = await create(token, name)
  if (!created.ok) return created
  const { status } = await request('DELETE', `/mcp/auth/api-keys/${encodeURIComponent(id)}`, { token })
  // 404: the old key was deleted before.
  return status === 200 || status === 404 ? created : { ok: false, reason: 'failed' }
}

/** Returns an access token: API keys cannot manage API keys. */
async function signIn(email: string, password: string): Promise<string | undefined> {
  const { status, body } = await request('POST', '/mcp/auth/login', { body: { email, password } })
  return status === 200 ? body.access_token : undefined
}

/** Creates a key with the permission to read. */
async function create(token: string, name: string): Promise<Created> {
  const fields = { name, permissions: ['read'] }
  const { status, body } = await request('POST', '/mcp/auth/api-keys', { token, body: fields })
  if (status === 201) return { ok: true, id: body.id, key: body.api_key }
  const isFull = status === 403 && body.error.details?.limit !== undefined
  return { ok: false, reason: isFull ? 'keyLimitReached' : 'failed' }
}
