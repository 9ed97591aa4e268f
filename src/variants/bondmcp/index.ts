import { routes, schemas, securitySchemes } from '../../../generated/bondmcp/routes.ts'
import { noStore } from '../headers.ts'
import { defineVariant } from '../variant.ts'
import { authentication, type Caller } from './authenticate.ts'
import { errorResponses, replyToError } from './errors.ts'
import { exampleUsers } from './example-users.ts'
import { type Flags, flags } from './flags.ts'
import { handlers } from './handlers/index.ts'
import { newId } from './ids.ts'
import { rateLimits } from './limits.ts'
import { plans, rules } from './rules.ts'
import { toToken } from './serializers.ts'

export const bondmcp = defineVariant<typeof routes, Caller, Flags>({
  routes,
  components: { schemas, securitySchemes },
  errorResponses,
  rules,
  newId,
  flags,
  flagFieldNouns: { planEntitlements: 'plan' },
  administration: { plans, verificationIsOptional: true },
  exampleUserIds: Object.values(exampleUsers),
  replyToSignIn: (issued) => ({ status: 200, headers: noStore, body: toToken(issued) }),
  behaviour: (services) => ({
    handlers: handlers(services),
    authentication: authentication(services.core),
    replyToError,
    rateLimits,
  }),
})
