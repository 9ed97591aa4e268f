import cluster from 'node:cluster'
import { createMetrics, type Metrics, serveMetrics } from '../adapters/metrics.ts'
import { UserError } from '../common/user-error.ts'

export interface MetricsServer {
  metrics: Metrics
  /** Undefined in a worker, whose supervisor shows them. */
  url: string | undefined
  close: () => void
}

/** @throws {UserError} when the port is taken */
export async function openMetrics(port: number): Promise<MetricsServer> {
  const metrics = createMetrics()
  if (cluster.isWorker) return { metrics, url: undefined, close: () => {} }
  return { metrics, ...(await showMetrics(metrics.read, port)) }
}

/** @throws {UserError} when the port is taken */
export function showMetrics(read: () => Promise<string>, port: number) {
  return serveMetrics(read, port).catch((error) => {
    throw error.code === 'EADDRINUSE'
      ? new UserError(`Port ${port} is taken. Give METRICS_PORT another one.`)
      : error
  })
}
