import type { RateLimits } from '../../http/rate-limits.ts'
import { type Caller, userOf } from './authenticate.ts'
import { toPlan } from './rules.ts'

/**
 * Requests with valid credentials are counted by account, so tokens and API keys share the limits of a plan.
 * Responses report the last limit, which is the daily one.
 */
export const rateLimits: RateLimits<Caller> = {
  byIp: { signUp: 'public', verifyEmail: 'public', signIn: 'public' },
  byIpWithoutCredentials: 'public',
  byCaller(caller) {
    const user = userOf(caller)
    if (!user) return []
    const plan = toPlan(user.plan)
    return [
      [`${plan}Minute`, user.id],
      [`${plan}Day`, user.id],
    ]
  },
  headers: ({ limit, remaining, resetAt }) => ({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
  }),
}
