import type { z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { zSettings } from '../../generated/_dev/schemas.ts'
import { sleep } from '../common/sleep.ts'
import type { Env } from '../http/env.ts'

type LatencyUpdate = NonNullable<z.output<typeof zSettings>['latency']>

export interface Latency {
  read: () => { delayMs: number; jitterMs: number }
  update: (update: LatencyUpdate) => void
  /** Runs before each operation. */
  middleware: MiddlewareHandler<Env>
}

/** Creates the setting that delays all requests of operations. */
export function createLatency(): Latency {
  let latency = { delayMs: 0, jitterMs: 0 }
  return {
    read: () => latency,
    update({ delayMs = latency.delayMs, jitterMs = latency.jitterMs }) {
      latency = { delayMs, jitterMs }
    },
    async middleware(_, next) {
      const { delayMs, jitterMs } = latency
      const ms = delayMs + (Math.random() * 2 - 1) * jitterMs
      if (ms > 0) await sleep(ms)
      await next()
    },
  }
}
