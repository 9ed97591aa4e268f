import { setTimeout } from 'node:timers/promises'

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

/** In seconds. */
const longestWait = 5

const maxRepetitions = 2

/** Lists the ids of the models with an API key. */
export async function listModels(key: string): Promise<Models> {
  for (let repetitions = 0; ; repetitions++) {
    const { status, headers, body } = await request('GET', '/mcp/health-ai/models', { token: key })
    if (status === 200) return { ok: true, models: body.models.map(({ id }: { id: string }) => id) }
    if (status === 401) return { ok: false, reason: 'invalidKey' }
    if (status !== 429 && status !== 503)
      return { ok: false, reason: 'failed', requestId: body.error.request_id }
    const retryAfterSeconds = Number(headers.get('retry-after'))
    if (retryAfterSeconds > longestWait || repetitions === maxRepetitions)
      return { ok: false, reason: 'tryLater', retryAfterSeconds }
    await setTimeout(retryAfterSeconds * 1000)
  }
}
