import { isRefusal } from '../../core/errors.ts'
import { addressKey, consume } from '../../core/limits.ts'
import type { Allowance } from '../../core/ports.ts'
import type { User } from '../../core/tables.ts'
import type { Answer } from '../../http/handlers.ts'
import type { Call } from '../../http/input.ts'
import type { Services } from '../variant.ts'
import { toPlan } from './rules.ts'

export type Limits = ReturnType<typeof createLimits>

/** Counts calls, and reports on every answer where the window stands that the call was counted in. */
export function createLimits({ core, clientOf }: Pick<Services, 'core' | 'clientOf'>) {
  const windows = new WeakMap<Request, Allowance>()

  const count = async ({ request }: Call, name: string, key: string): Promise<void> => {
    try {
      const allowance = await consume(core, name, key)
      if (allowance) windows.set(request, allowance)
    } catch (error) {
      if (isRefusal(error, 'rateLimited') && error.details.allowance)
        windows.set(request, error.details.allowance)
      throw error
    }
  }

  return {
    /**
     * A call without a valid credential.
     * @throws {AuthError} rateLimited
     */
    countPublic: (call: Call): Promise<void> => count(call, 'public', addressKey(clientOf(call.request))),

    /**
     * A call of an account: JWTs and keys share the windows of the plan. The day's is the one that is shown.
     * @throws {AuthError} rateLimited
     */
    async countAccount(call: Call, { id, plan }: User): Promise<void> {
      const name = toPlan(plan)
      await count(call, `${name}Minute`, id)
      try {
        await count(call, `${name}Day`, id)
      } catch (error) {
        // What is refused does not count.
        await core.limiter.refund(`${name}Minute`, id)
        throw error
      }
    },

    /** The answer, with the state of the window. Without one, limits are switched off. */
    label<A extends Answer | undefined>({ request }: Call, answer: A): A {
      const window = windows.get(request)
      if (!answer || !window) return answer
      return {
        ...answer,
        headers: {
          'X-RateLimit-Limit': window.limit,
          'X-RateLimit-Remaining': window.remaining,
          'X-RateLimit-Reset': Math.ceil(window.resetAt / 1000),
          ...answer.headers,
        },
      }
    },
  }
}
