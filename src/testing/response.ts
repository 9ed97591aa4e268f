import type { ApiResponse } from './adapters/adapter.ts'
import { readCookies } from './storage-state.ts'

/** Reads a response without consuming its body. */
export async function readResponse(response: Response): Promise<ApiResponse> {
  const target = response.headers.get('location')
  return {
    body: await readJson(response),
    location: target === null ? undefined : new URL(target, response.url),
    cookies: Object.fromEntries(readCookies(response).map(({ name, value }) => [name, value])),
  }
}

async function readJson(response: Response): Promise<ApiResponse['body']> {
  // The caller may have read the body already.
  if (response.bodyUsed) return undefined
  try {
    const body: unknown = await response.clone().json()
    return typeof body === 'object' && body !== null ? { ...body } : undefined
  } catch {
    return undefined
  }
}
