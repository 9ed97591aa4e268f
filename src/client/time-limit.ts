const limitSeconds = 10

/**
 * Runs a task, and rejects with a `TimeoutError` if it takes longer than 10 seconds.
 * @param task receives a signal that aborts at the time limit; a task that ignores it continues
 */
export async function withTimeLimit<Result>(task: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const limit = new AbortController()
  const message = `The session was not renewed within ${limitSeconds} seconds.`
  // Not AbortSignal.timeout(), which tests with fake timers cannot advance.
  const timer = setTimeout(() => limit.abort(new DOMException(message, 'TimeoutError')), limitSeconds * 1000)
  try {
    return await abortable(task(limit.signal), limit.signal)
  } finally {
    clearTimeout(timer)
  }
}

/** Rejects when the signal aborts. The promise continues, because other callers wait for it. */
export function abortable<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const settled = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    // A signal can outlive many calls, so the listener is removed after this one.
    signal.addEventListener('abort', () => reject(signal.reason), { signal: settled.signal })
  })
  return Promise.race([promise, aborted]).finally(() => settled.abort())
}
