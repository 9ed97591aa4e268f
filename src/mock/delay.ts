import { setTimeout as sleep } from 'node:timers/promises'
import type { MiddlewareHandler } from 'hono'
import { problem } from './problem.ts'

/** The delay of a response in milliseconds: a random value of a range, which includes its bounds. */
export type Delay = [min: number, max: number]

/** In milliseconds, as for faults of the sandbox. */
const maxDelayMs = 60_000

/** Describes the text that `parseDelay` accepts. */
export const delayForm = `milliseconds such as 500, or a range such as 100-500, up to ${maxDelayMs}`

/**
 * Parses a delay: milliseconds, or a range.
 * @returns undefined if the text is invalid
 */
export function parseDelay(text: string): Delay | undefined {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text.trim()) ?? []
  const [min, max] = [Number(first), Number(last)]
  return min <= max && max <= maxDelayMs ? [min, max] : undefined
}

/**
 * Delays each response, except those to preflights. The header `X-Mock-Response-Delay`, whose name Postman
 * introduced, wins over the delay of the mock.
 */
export function delayResponses(usual: Delay = [0, 0]): MiddlewareHandler {
  return async (c, next) => {
    const requested = c.req.header('x-mock-response-delay')
    const delay = requested === undefined ? usual : parseDelay(requested)
    if (!delay) {
      const value = JSON.stringify(requested)
      return problem(400, `X-Mock-Response-Delay: ${value} is invalid. Send ${delayForm}.`)
    }
    const [min, max] = delay
    if (max > 0) {
      const ms = min + Math.random() * (max - min)
      // A client that disconnects ends the wait.
      await sleep(ms, undefined, { signal: c.req.raw.signal }).catch(() => {})
    }
    return next()
  }
}
