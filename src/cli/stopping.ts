import cluster from 'node:cluster'

/** How long the whole end of a server may take that still answers for `noticeMs`. */
export function patienceMs(noticeMs: number): number {
  return noticeMs + 9_000
}

/**
 * Signals stop this process, unless it is a worker: then its supervisor tells it to, and what is sent to all processes of a
 * service is the supervisor's business. To be called before anything takes time.
 * @returns the signals that are left to listen to, and what sets how to stop in place of ending at once
 */
export function listenToSupervisor(): { signals: NodeJS.Signals[]; onStop: (act: () => void) => void } {
  const signals: NodeJS.Signals[] = ['SIGTERM', 'SIGINT']
  if (!cluster.isWorker) return { signals, onStop: () => {} }
  let stop: () => void = () => process.exit(0)
  for (const signal of signals) process.on(signal, () => {})
  process.on('message', (message) => {
    if (message === 'stop') stop()
  })
  return {
    signals: [],
    onStop(act) {
      stop = act
    },
  }
}
