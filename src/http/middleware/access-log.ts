import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env.ts'

/** A structured log: fields first, then the message, as pino has it. */
export type Log = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>

/** Told of each request that was answered; `ms` is how long that took. */
export type Observe = (about: { operationId: string | undefined; status: number; ms: number }) => void

/** Writes one line for each request, without its query, where codes and tokens travel. */
export function accessLog(log: Log, observe: Observe = () => {}): MiddlewareHandler<Env> {
  return async function accessLog(c, next) {
    const start = performance.now()
    await next()
    const ms = performance.now() - start
    const { method, path } = c.req
    const operationId = c.get('call')?.operationId
    const { status } = c.res
    observe({ operationId, status, ms })
    const ip = c.get('ip')
    const requestId = c.get('requestId')
    log.info({ requestId, method, path, operationId, status, ms: Math.round(ms), ip }, 'request')
  }
}
