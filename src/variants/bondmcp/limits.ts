import type { RateLimits } from '../../http/rate-limits.ts'
import type { Caller } from './authenticate.ts'
import { toPlan } from './rules.ts'

/** Calls with credentials count for their account: JWTs and keys share the windows of the plan. The day is the one reported. */
export const rateLimits: RateLimits<Caller> = {
  byIp: { signUp: 'public', verifyEmail: 'public', signIn: 'public' },
  byIpWithoutCredentials: 'public',
  byCaller({ token, apiKey }) {
    const user = token ?? apiKey?.user
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
