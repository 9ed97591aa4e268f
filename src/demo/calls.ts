/** A call of the page to the API. */
export interface Call {
  method: string
  path: string
  /** Undefined if there was no response. */
  status?: number
  milliseconds: number
  note?: string
}

/**
 * Reports each call of the page to the API, and keeps it in the sandbox. The client looks up `fetch` on each
 * call, so it needs no change.
 * @param base the path of the sandbox
 * @param renewalPath the path of the call that renews a session
 */
export function recordCalls(base: string, renewalPath: string, onCall: (call: Call) => void) {
  const send = globalThis.fetch
  const describe = createNotes(renewalPath)
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href)
    const path = url.pathname.slice(base.length)
    if (!url.pathname.startsWith(`${base}/`) || path.startsWith('/__dev/')) return send(input, init)
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
    const start = performance.now()
    let status: number | undefined
    try {
      const request = new Request(input, init)
      // The hub must not pass the call on to an upstream, as `common/local-only.ts` says.
      request.headers.set('X-Upstream', 'off')
      const response = await send(request)
      status = response.status
      return response
    } finally {
      const note = describe(`${method} ${path}`, path, status)
      const milliseconds = Math.round(performance.now() - start)
      onCall({ method, path, milliseconds, ...(status && { status }), ...(note && { note }) })
    }
  }
}

/** Recognizes an expired token: a 401, the renewal, and the same call again. */
function createNotes(renewalPath: string) {
  let rejected: string | undefined
  let isRenewed = false
  return (call: string, path: string, status: number | undefined): string | undefined => {
    if (path === renewalPath) {
      if (!rejected) return undefined
      isRenewed = status === 200
      return isRenewed ? 'The client renews the session' : undefined
    }
    if (call === rejected && isRenewed) {
      rejected = undefined
      return 'The client repeats the call'
    }
    isRenewed = false
    rejected = status === 401 ? call : undefined
    return undefined
  }
}
