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

/** Whether the server allows guests. */
export async function canJoinAsGuest(): Promise<boolean> {
  // TODO
  throw new Error('not implemented yet')
}

/** Signs in as a guest, unless the app already has one. */
export async function joinAsGuest(name: string): Promise<Result> {
  // TODO
  throw new Error('not implemented yet')
}

/** Returns the guest, or null. */
export async function currentGuest(): Promise<Guest | null> {
  // TODO
  throw new Error('not implemented yet')
}

/** Signs the guest out. Rejects if the session may still be open, so that the user can try again. */
export async function leave(): Promise<void> {
  // TODO
  throw new Error('not implemented yet')
}
