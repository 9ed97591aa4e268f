import cluster from 'node:cluster'

/** Returns the time limit of a shutdown. During the first `drainMs`, the server still accepts requests. */
export function shutdownTimeoutMs(drainMs: number): number {
  return drainMs + 9_000
}

/**
 * Makes a worker ignore signals and stop on a message of its supervisor. systemd and terminals signal every
 * process of a service at once, but the supervisor decides when a worker stops. Call this before slow work.
 * @returns the signals to handle, none in a worker; `onStop` sets what a worker does instead of exiting
 */
export function listenToSupervisor(): { signals: NodeJS.Signals[]; onStop: (handler: () => void) => void } {
  const signals: NodeJS.Signals[] = ['SIGTERM', 'SIGINT']
  if (!cluster.isWorker) return { signals, onStop: () => {} }
  let stop: () => void = () => process.exit(0)
  for (const signal of signals) process.on(signal, () => {})
  process.on('message', (message) => {
    if (message === 'stop') stop()
  })
  return {
    signals: [],
    onStop(handler) {
      stop = handler
    },
  }
}
