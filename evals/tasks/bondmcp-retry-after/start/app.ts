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

export type Models =
  | { ok: true; models: string[] }
  | { ok: false; reason: 'tryLater'; retryAfterSeconds: number }
  | { ok: false; reason: 'invalidKey' }
  | { ok: false; reason: 'failed'; requestId: string }

/** Lists the ids of the models with an API key. */
export async function listModels(key: string): Promise<Models> {
  // TODO
  throw new Error('not implemented yet')
}
