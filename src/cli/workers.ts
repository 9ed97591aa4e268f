import cluster, { type Worker } from 'node:cluster'
import { setTimeout } from 'node:timers/promises'
import { createLogger } from '../adapters/logger.ts'
import type { Config } from '../server/config.ts'
import { exposeMetrics } from './metrics.ts'
import { onParentGone } from './parent.ts'
import { shutdownTimeoutMs } from './shutdown.ts'

/** The pause before a worker is replaced. Without it, a worker that always crashes would keep a CPU busy. */
const restartDelayMs = 1_000

/**
 * Runs this command in several worker processes that share its port, and replaces those that crash. The first
 * worker starts alone: it migrates the database, and an error in the settings is printed only once.
 * @returns when all workers are ready, or the first one has failed
 * @throws {UserError} if the port of the metrics is in use
 */
export async function supervise(count: number, { logLevel, metricsPort, drainMs }: Config): Promise<void> {
  const log = createLogger(logLevel)
  const metricsServer = metricsPort === null ? undefined : await openWorkerMetrics(metricsPort)
  const running = new Map<Worker, Promise<WorkerExit>>()
  let isStopping = false

  async function start(): Promise<boolean> {
    const worker = fork()
    if (!worker) return false
    const exited = waitForExit(worker)
    running.set(worker, exited)
    exited.then(({ err }) => {
      running.delete(worker)
      if (err) log.error({ err }, 'cannot start a worker process')
    })
    const isReady = await Promise.race([waitUntilReady(worker), exited.then(() => false)])
    if (isReady) exited.then((exit) => replace(worker, exit))
    return isReady && !isStopping
  }

  function fork(): Worker | undefined {
    try {
      return cluster.fork()
    } catch (err) {
      log.error({ err }, 'cannot start a worker process')
      return undefined
    }
  }

  async function replace(worker: Worker, { code, signal }: WorkerExit): Promise<void> {
    if (isStopping) return
    log.error({ pid: worker.process.pid, code, signal }, 'a worker exited and is replaced')
    do await setTimeout(restartDelayMs)
    while (!isStopping && !(await start()))
  }

  const killAll = () => {
    for (const worker of running.keys()) worker.process.kill('SIGKILL')
  }
  const stop = async () => {
    if (isStopping) {
      killAll()
      return
    }
    isStopping = true
    const exits = Promise.all(running.values())
    for (const worker of running.keys()) worker.send('stop')
    // A worker that hangs does not react to the message.
    globalThis.setTimeout(killAll, shutdownTimeoutMs(drainMs) + 1_000).unref()
    const codes = await exits
    metricsServer?.close()
    process.exit(codes.every(({ code }) => code === 0) ? 0 : 1)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  onParentGone(stop)

  const isFirstReady = await start()
  if (isStopping) return
  if (!isFirstReady) {
    metricsServer?.close()
    process.exitCode = 1
    process.off('SIGTERM', stop).off('SIGINT', stop)
    return
  }
  const others = await Promise.all(Array.from({ length: count - 1 }, start))
  if (isStopping) return
  if (!others.every(Boolean)) {
    log.error({}, 'not all workers could start')
    await stop()
  }
  log.info({ workers: count, metrics: metricsServer?.url }, 'all workers ready')
}

async function openWorkerMetrics(port: number) {
  const { readWorkerMetrics } = await import('../adapters/metrics.ts')
  return exposeMetrics(readWorkerMetrics(), port)
}

interface WorkerExit {
  code: number | null
  signal: string | null
  /** Why the process could not be created. */
  err?: unknown
}

/** A process that cannot be created emits `error`, never `exit`. Later errors are about messages to it. */
function waitForExit(worker: Worker): Promise<WorkerExit> {
  return new Promise((resolve) => {
    worker.once('exit', (code, signal) => resolve({ code, signal }))
    worker.on('error', (err) => {
      if (worker.process.pid === undefined) resolve({ code: 1, signal: null, err })
    })
  })
}

/** Never settles for a worker that fails to start, so race it with `waitForExit`. */
function waitUntilReady(worker: Worker): Promise<true> {
  return new Promise((resolve) => {
    worker.on('message', (message) => {
      if (message === 'ready') resolve(true)
    })
  })
}
