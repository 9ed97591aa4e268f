import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { createLogger } from '../platform/logger.ts'
import type { Config } from '../server/config.ts'
import { showMetrics } from './metrics.ts'

/** Before a worker is replaced, so that one that cannot live does not keep the machine busy. */
const pauseMs = 1_000

/**
 * Runs this same command in several processes, which share its port, and replaces those that end unasked. The first one
 * prepares the database alone; when it cannot, its message is everybody's.
 * @returns when all of them are ready, or the first one has failed
 */
export async function supervise(count: number, { logLevel, metricsPort }: Config): Promise<void> {
  const log = createLogger(logLevel)
  let isStopping = false

  async function start(): Promise<boolean> {
    const worker = cluster.fork()
    const isReady = await Promise.race([
      messageOf(worker, 'ready').then(() => true),
      once(worker, 'exit').then(() => false),
    ])
    if (isReady) worker.once('exit', (code, signal) => replace(worker, code, signal))
    return isReady
  }

  async function replace(worker: Worker, code: number, signal: string): Promise<void> {
    if (isStopping) return
    log.error({ pid: worker.process.pid, code, signal }, 'a worker ended and is replaced')
    do await setTimeout(pauseMs)
    while (!isStopping && !(await start()))
  }

  if (!(await start())) {
    process.exitCode = 1
    return
  }
  const others = await Promise.all(Array.from({ length: count - 1 }, start))
  const shown = metricsPort === null ? undefined : await openWorkerMetrics(metricsPort)

  const stop = async () => {
    if (isStopping) return
    isStopping = true
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
    const codes = await Promise.all(workers.map(ended))
    shown?.close()
    process.exit(codes.every((code) => code === 0) ? 0 : 1)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (!others.every(Boolean)) {
    log.error({}, 'not all workers could start')
    await stop()
  }
  log.info({ workers: count, metrics: shown?.url }, 'all workers ready')
}

async function openWorkerMetrics(port: number) {
  const { readWorkerMetrics } = await import('../platform/metrics.ts')
  return showMetrics(readWorkerMetrics(), port)
}

async function ended(worker: Worker): Promise<number> {
  const exit = once(worker, 'exit')
  worker.process.kill('SIGTERM')
  const [code] = await exit
  return code
}

/** Resolves at a message; a worker that never sends it keeps nobody waiting who races. */
const messageOf = (worker: Worker, wanted: string): Promise<void> =>
  new Promise((resolve) => {
    worker.on('message', (message) => {
      if (message === wanted) resolve()
    })
  })
