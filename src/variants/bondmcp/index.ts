import { routes } from '../../../generated/bondmcp/routes.ts'
import type { ServedVariant } from '../variant.ts'
import { administration } from './administration.ts'
import { authentication, type Caller } from './authenticate.ts'
import { errorResponses, replyToError } from './errors.ts'
import { exampleUsers } from './example-users.ts'
import { handlers } from './handlers/index.ts'
import { newId } from './ids.ts'
import { rateLimits } from './limits.ts'
import { planEntitlements, rules } from './rules.ts'

export const bondmcp = {
  routes,
  errorResponses,
  lenientBodies: [],
  rules,
  newId,
  switches: { planEntitlements },
  providers: [],
  administration,
  exampleUserIds: Object.values(exampleUsers),
  behaviour: (services) => ({
    handlers: handlers(services),
    authentication: authentication(services.core),
    replyToError,
    rateLimits,
  }),
} satisfies ServedVariant<typeof routes, Caller>
