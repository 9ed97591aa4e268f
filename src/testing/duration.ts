import { UserError } from '../common/user-error.ts'

/** A number of seconds, or a text such as `90s`, `15m`, `1h 30m`, `7d` or `-1h`. */
export type Duration = number | string

const secondsOf: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

const form = /^\s*(-?)\s*((?:\d+\s*[smhdw]\s*)+)$/

/**
 * Converts a duration to seconds.
 * @throws {UserError} if it is not a whole number of seconds, or not a duration
 * @example
 * parseDuration('1h 30m') // 5400
 */
export function parseDuration(duration: Duration): number {
  if (typeof duration === 'number') {
    if (Number.isInteger(duration)) return duration
    throw new UserError(`${duration} is not a whole number of seconds.`)
  }
  const [, sign, parts] = form.exec(duration) ?? []
  if (parts === undefined)
    throw new UserError(
      `"${duration}" is not a duration. Use seconds as a number, or a text such as 90s, 15m, 1h 30m, 7d or -1h.`,
    )
  const seconds = [...parts.matchAll(/(\d+)\s*([smhdw])/g)]
    .map(([, count, unit = '']) => Number(count) * (secondsOf[unit] ?? 0))
    .reduce((sum, part) => sum + part)
  return sign ? -seconds : seconds
}
