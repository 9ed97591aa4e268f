import { routes } from '../../../generated/bondmcp/routes.ts'
import type { ServedVariant } from '../variant.ts'
import { administration } from './administration.ts'
import { authenticate, type Caller } from './authenticate.ts'
import { development } from './development.ts'
import { refusals, wordError } from './errors.ts'
import { handlers } from './handlers/index.ts'
import { newId } from './ids.ts'
import { createLimits } from './limits.ts'
import { planEntitlements, rules } from './rules.ts'
import { seed } from './seed.ts'

export const bondmcp = {
  routes,
  refusals,
  lenientBodies: [],
  rules,
  newId,
  switches: { planEntitlements },
  providers: [],
  administration,
  development,
  seed,
  behaviour: (services) => {
    const limits = createLimits(services)
    return {
      handlers: handlers(services),
      authenticate: (call) => authenticate(services.core, limits, call),
      wordError: (error, call) => limits.label(call, wordError(error, call)),
      async intercept(call, answer) {
        if (!call.route.security?.length) await limits.countPublic(call)
        return limits.label(call, await answer())
      },
    }
  },
} satisfies ServedVariant<typeof routes, Caller>
