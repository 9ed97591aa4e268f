import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env.ts'

/** A structured logger with the signature of pino: fields first, then the message. */
export type Log = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>

/** Called after each response. `ms` is the duration in milliseconds. */
export type Observe = (about: { operationId: string | undefined; status: number; ms: number }) => void

/** Logs one line per request. The query is left out, because it may contain codes and tokens. */
export function accessLog(log: Log, observe: Observe = () => {}): MiddlewareHandler<Env> {
  return async function accessLog(c, next) {
    const start = performance.now()
    await next()
    const ms = performance.now() - start
    const { method, path } = c.req
    const operationId = c.get('call')?.operationId
    const { status } = c.res
    observe({ operationId, status, ms })
    const address = c.get('ip')
    const requestId = c.get('requestId')
    log.info({ requestId, method, path, operationId, status, ms: Math.round(ms), address }, 'request')
  }
}
