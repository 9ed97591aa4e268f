export type ChangeSignal = ReturnType<typeof createChangeSignal>

/** Creates a signal for streams that send what has changed. */
export function createChangeSignal() {
  const waiting = new Set<() => void>()
  let isClosed = false
  function notify(): void {
    for (const wake of waiting) wake()
    waiting.clear()
  }
  return {
    /** Wakes everyone who waits for a change. */
    notify,
    /** Wakes everyone for the last time. */
    close(): void {
      isClosed = true
      notify()
    },
    isClosed: (): boolean => isClosed,
    /**
     * Waits for the next change.
     * @returns whether there was one before the time was over
     */
    next: (timeoutMs: number): Promise<boolean> =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(wake)
          resolve(false)
        }, timeoutMs)
        const wake = () => {
          clearTimeout(timer)
          resolve(true)
        }
        waiting.add(wake)
      }),
  }
}
