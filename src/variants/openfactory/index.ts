import { routes } from '../../../generated/openfactory/routes.ts'
import type { ServedVariant } from '../variant.ts'
import { administration } from './administration.ts'
import { authentication, type Caller } from './authenticate.ts'
import { errorResponses, replyToError } from './errors.ts'
import { exampleUsers } from './example-users.ts'
import { handlers } from './handlers/index.ts'
import { rateLimits } from './limits.ts'
import { rules } from './rules.ts'

export const openfactory = {
  routes,
  errorResponses,
  lenientBodies: [],
  rules,
  switches: {},
  providers: ['github', 'google'],
  administration,
  exampleUserIds: Object.values(exampleUsers),
  behaviour: (services) => ({
    handlers: handlers(services),
    authentication: authentication(services.core),
    replyToError,
    rateLimits,
  }),
} satisfies ServedVariant<typeof routes, Caller>
