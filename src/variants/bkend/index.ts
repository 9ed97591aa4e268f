import { routes, schemas, securitySchemes } from '../../../generated/bkend/routes.ts'
import { noStore } from '../headers.ts'
import { defineVariant } from '../variant.ts'
import { administration } from './administration.ts'
import { authentication, type Caller } from './authenticate.ts'
import { errorResponses, replyToError } from './errors.ts'
import { exampleUsers } from './example-users.ts'
import { type Flags, flags } from './flags.ts'
import { handlers } from './handlers/index.ts'
import { rateLimits } from './limits.ts'
import { rules } from './rules.ts'
import { toTokens } from './serializers.ts'

export const bkend = defineVariant<typeof routes, Caller, Flags>({
  routes,
  components: { schemas, securitySchemes },
  errorResponses,
  rules,
  flags,
  providers: ['google', 'github'],
  hasUploads: true,
  administration,
  exampleUserIds: Object.values(exampleUsers),
  replyToSignIn: (issued) => ({ status: 200, headers: noStore, body: toTokens(issued) }),
  behaviour: (services) => ({
    handlers: handlers(services),
    authentication: authentication(services.core),
    replyToError,
    rateLimits,
  }),
})
