import { tryGetContext } from 'hono/context-storage'
import type { Metrics } from '../adapters/metrics.ts'
import type { AuthEvent } from '../core/ports.ts'
import type { Env } from '../http/env.ts'
import type { Log } from './app.ts'

/**
 * Creates a function that writes audit events to the log and the metrics. Events get the id of the current
 * request, which the middleware `contextStorage` provides.
 */
export function createAuditLog(log: Log, metrics: Metrics | undefined) {
  return ({ name: event, at, ip: address, ...about }: AuthEvent): void => {
    metrics?.event({ name: event, ...about })
    const requestId = tryGetContext<Env>()?.get('requestId')
    log.info({ requestId, event, ...about, address, at: new Date(at).toISOString() }, 'audit')
  }
}
