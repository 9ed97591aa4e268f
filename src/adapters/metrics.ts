import cluster from 'node:cluster'
import { createServer } from 'node:http'
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Metrics of a server. Clients choose no label values, so the number of time series is bounded. */
export interface Metrics {
  request: (details: { operationId: string | undefined; status: number; ms: number }) => void
  event: (details: { name: string; outcome: string; reason: string | null }) => void
  /** Adds a gauge whose value is measured at each scrape. */
  gauge: (name: string, help: string, read: () => number | Promise<number>) => void
  /** Returns all metrics in the text format of Prometheus. */
  read: () => Promise<string>
}

/** Creates the metrics of this process. In a cluster worker, the primary process can read them, too. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  if (cluster.isWorker) {
    AggregatorRegistry.setRegistries(registry)
    // The constructor installs the listener that responds to the primary.
    new AggregatorRegistry()
  }
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to respond to a request, by operation of the contract',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  })
  const events = new Counter({
    name: 'auth_events_total',
    help: 'Authentication events, by outcome and reason',
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
        // All workers measure the same database, so their values must not be added up.
        aggregator: 'max',
        async collect() {
          // An unavailable database must not make the other metrics fail.
          gauge.set(await Promise.resolve(read()).catch(() => Number.NaN))
        },
      })
    },
    read: () => registry.metrics(),
  }
}

/** Returns a function that reads the metrics of all workers, to call in the primary process. */
export function readWorkerMetrics(): () => Promise<string> {
  const registry = new AggregatorRegistry()
  return () => registry.clusterMetrics()
}

/**
 * Serves metrics at `/metrics`, on the loopback interface only, because they reveal details of the service.
 * @param read returns the metrics as text
 * @param port 0 selects a free port
 * @returns the URL, and a function that stops the server
 * @throws {NodeJS.ErrnoException} when the port is in use
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
