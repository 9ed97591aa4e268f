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
  // TODO
  throw new Error('not implemented yet')
}

/** Lists the ids of the models with a key. This is what the script runs every night. */
export async function listModels(key: string): Promise<Models> {
  // TODO
  throw new Error('not implemented yet')
}

/** Replaces the key with this id. At any time, one of both keys works. */
export async function replaceKey(
  email: string,
  password: string,
  id: string,
  name: string,
): Promise<Created> {
  // TODO
  throw new Error('not implemented yet')
}
