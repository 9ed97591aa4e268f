import cluster from 'node:cluster'
import { createMetrics, type Metrics, serveMetrics } from '../adapters/metrics.ts'
import { UserError } from '../common/user-error.ts'

export interface MetricsServer {
  metrics: Metrics
  /** Undefined in a worker, because its supervisor serves the metrics. */
  url: string | undefined
  close: () => void
}

/**
 * Creates the metrics of this process, and serves them unless it is a worker.
 * @throws {UserError} if the port is in use
 */
export async function openMetrics(port: number): Promise<MetricsServer> {
  const metrics = createMetrics()
  if (cluster.isWorker) return { metrics, url: undefined, close: () => {} }
  return { metrics, ...(await exposeMetrics(metrics.read, port)) }
}

/**
 * Serves metrics on a port of this machine.
 * @throws {UserError} if the port is in use
 */
export function exposeMetrics(read: () => Promise<string>, port: number) {
  return serveMetrics(read, port).catch((error) => {
    throw error.code === 'EADDRINUSE'
      ? new UserError(`Port ${port} is in use. Set METRICS_PORT to another one.`)
      : error
  })
}
