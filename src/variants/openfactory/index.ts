import { routes, schemas, securitySchemes } from '../../../generated/openfactory/routes.ts'
import { noStore } from '../headers.ts'
import { defineVariant } from '../variant.ts'
import { authentication, type Caller } from './authenticate.ts'
import { errorResponses, replyToError } from './errors.ts'
import { exampleUsers } from './example-users.ts'
import { handlers } from './handlers/index.ts'
import { rateLimits } from './limits.ts'
import { rules } from './rules.ts'
import { toSession, toUser } from './serializers.ts'

export const openfactory = defineVariant<typeof routes, Caller>({
  routes,
  components: { schemas, securitySchemes },
  errorResponses,
  rules,
  providers: ['github', 'google'],
  administration: { roles: ['member', 'admin'], rolesBelongTo: 'membership', adminRole: 'admin' },
  exampleUserIds: Object.values(exampleUsers),
  replyToSignIn: (issued) => ({
    status: 200,
    headers: noStore,
    body: { user: toUser(issued.user), session: toSession(issued) },
  }),
  behaviour: (services) => ({
    handlers: handlers(services),
    authentication: authentication(services.core),
    replyToError,
    rateLimits,
  }),
})
