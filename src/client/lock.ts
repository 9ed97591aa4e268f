/** Runs one task at a time among all who hold the same lock, and hands its result back. */
export type Lock = <Result>(task: () => Promise<Result>) => Promise<Result>

/**
 * A lock that all tabs and workers of one origin share (Web Locks), so that one of them refreshes the tokens they
 * share and the others use what it got. Where Web Locks are missing (an insecure context, an old runtime) the task
 * simply runs: the client still refreshes once per page.
 */
export const webLock =
  (name: string): Lock =>
  async (task) =>
    globalThis.navigator?.locks ? navigator.locks.request(name, task) : task()

/** A lock of its own: tasks run in the order they came, whether or not earlier ones failed. */
export const localLock = (): Lock => {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const next = last.then(task, task)
    last = next
    return next
  }
}
