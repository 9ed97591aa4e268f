import { tryGetContext } from 'hono/context-storage'
import type { Metrics } from '../adapters/metrics.ts'
import type { AuthEvent } from '../core/ports.ts'
import type { Env } from '../http/env.ts'
import type { Log } from './app.ts'

/**
 * Writes what people try to the log and to the metrics.
 * @returns records an event, with the id of the request that caused it (found by the middleware `contextStorage`)
 */
export function createAuditLog(log: Log, metrics: Metrics | undefined) {
  return ({ name: event, at, ...about }: AuthEvent): void => {
    metrics?.event({ name: event, ...about })
    const requestId = tryGetContext<Env>()?.get('requestId')
    log.info({ requestId, event, ...about, at: new Date(at).toISOString() }, 'audit')
  }
}
