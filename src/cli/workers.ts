import cluster, { type Worker } from 'node:cluster'
import { setTimeout } from 'node:timers/promises'
import { createLogger } from '../adapters/logger.ts'
import type { Config } from '../server/config.ts'
import { showMetrics } from './metrics.ts'
import { patienceMs } from './stopping.ts'

/** Before a worker is replaced, so that one that cannot live does not keep the machine busy. */
const pauseMs = 1_000

/**
 * Runs this same command in several processes, which share its port, and replaces those that end unasked. The first one
 * prepares the database alone; when it cannot, its message is everybody's. Signals are the supervisor's: whoever sends them
 * to all processes of a service, as systemd and a terminal do, breaks off nothing.
 * @returns when all of them are ready, or the first one has failed
 * @throws {UserError} when the port of the metrics is taken
 */
export async function supervise(count: number, { logLevel, metricsPort, drainMs }: Config): Promise<void> {
  const log = createLogger(logLevel)
  const shown = metricsPort === null ? undefined : await openWorkerMetrics(metricsPort)
  const running = new Map<Worker, Promise<End>>()
  let isStopping = false

  async function start(): Promise<boolean> {
    const worker = fork()
    if (!worker) return false
    const ended = endOf(worker)
    running.set(worker, ended)
    ended.then(({ err }) => {
      running.delete(worker)
      if (err) log.error({ err }, 'no process for a worker')
    })
    const isReady = await Promise.race([readinessOf(worker), ended.then(() => false)])
    if (isReady) ended.then((end) => replace(worker, end))
    return isReady && !isStopping
  }

  function fork(): Worker | undefined {
    try {
      return cluster.fork()
    } catch (err) {
      log.error({ err }, 'no process for a worker')
      return undefined
    }
  }

  async function replace(worker: Worker, { code, signal }: End): Promise<void> {
    if (isStopping) return
    log.error({ pid: worker.process.pid, code, signal }, 'a worker ended and is replaced')
    do await setTimeout(pauseMs)
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
    const ends = Promise.all(running.values())
    for (const worker of running.keys()) worker.send('stop')
    // One that hangs does not answer.
    globalThis.setTimeout(killAll, patienceMs(drainMs) + 1_000).unref()
    const codes = await ends
    shown?.close()
    process.exit(codes.every(({ code }) => code === 0) ? 0 : 1)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  const isFirstReady = await start()
  if (isStopping) return
  if (!isFirstReady) {
    shown?.close()
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
  log.info({ workers: count, metrics: shown?.url }, 'all workers ready')
}

async function openWorkerMetrics(port: number) {
  const { readWorkerMetrics } = await import('../adapters/metrics.ts')
  return showMetrics(readWorkerMetrics(), port)
}

interface End {
  code: number | null
  signal: string | null
  /** Why there was no process to begin with. */
  err?: unknown
}

/** A process that cannot be made says so by an error, and never exits. Later errors are about messages to it. */
function endOf(worker: Worker): Promise<End> {
  return new Promise((resolve) => {
    worker.once('exit', (code, signal) => resolve({ code, signal }))
    worker.on('error', (err) => {
      if (worker.process.pid === undefined) resolve({ code: 1, signal: null, err })
    })
  })
}

/** A worker that never gets there keeps nobody waiting who races. */
function readinessOf(worker: Worker): Promise<true> {
  return new Promise((resolve) => {
    worker.on('message', (message) => {
      if (message === 'ready') resolve(true)
    })
  })
}
