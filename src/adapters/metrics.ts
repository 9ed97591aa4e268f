import cluster from 'node:cluster'
import { createServer } from 'node:http'
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What a server tells about itself. No label ever has a value that a client chose. */
export interface Metrics {
  request: (about: { operationId: string | undefined; status: number; ms: number }) => void
  event: (about: { name: string; outcome: string; reason: string | null }) => void
  /** Something that is measured when somebody reads. */
  gauge: (name: string, help: string, read: () => number | Promise<number>) => void
  /** All of it in the text format of Prometheus. */
  read: () => Promise<string>
}

/** Counters of this process. In a worker, its primary can read them. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  if (cluster.isWorker) {
    AggregatorRegistry.setRegistries(registry)
    // Answers the primary from now on.
    new AggregatorRegistry()
  }
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request, by operation of the contract',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  })
  const events = new Counter({
    name: 'auth_events_total',
    help: 'What people tried, and what came of it',
    labelNames: ['event', 'outcome', 'reason'],
    registers,
  })
  return {
    request: ({ operationId = 'none', status, ms }) =>
      durations.observe({ operation: operationId, status }, ms / 1000),
    event: ({ name, outcome, reason }) => events.inc({ event: name, outcome, reason: reason ?? '' }),
    gauge(name, help, read) {
      const gauge = new Gauge({
        name,
        help,
        registers,
        // Each worker would add the same mails to the sum.
        aggregator: 'max',
        async collect() {
          // A database that is away must not hide the rest.
          gauge.set(await Promise.resolve(read()).catch(() => Number.NaN))
        },
      })
    },
    read: () => registry.metrics(),
  }
}

/** Of all workers together, read in their primary. */
export function readWorkerMetrics(): () => Promise<string> {
  const registry = new AggregatorRegistry()
  return () => registry.clusterMetrics()
}

/**
 * Shows metrics at `/metrics`, on this machine alone: they say how a service does, which is nobody else's business.
 * @param read the text @param port 0 takes a free one
 * @returns where, and how to end it
 * @throws {NodeJS.ErrnoException} when the port is taken
 */
export async function serveMetrics(
  read: () => Promise<string>,
  port: number,
): Promise<{ url: string; close: () => void }> {
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    try {
      const text = await read()
      response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(text)
    } catch {
      response.writeHead(503).end()
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://127.0.0.1:${actual}/metrics`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
