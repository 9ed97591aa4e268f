import { routes, schemas, securitySchemes } from '../../../generated/bedrud/routes.ts'
import { guestProvider } from '../../core/sessions.ts'
import { defineVariant } from '../variant.ts'
import { administration } from './administration.ts'
import { authentication, type Caller } from './authenticate.ts'
import { createCookies } from './cookies.ts'
import { errorResponses, replyToError } from './errors.ts'
import { exampleUsers } from './example-users.ts'
import { type Flags, flags } from './flags.ts'
import { handlers } from './handlers/index.ts'
import { rateLimits } from './limits.ts'
import { middlewareByOperation } from './middleware.ts'
import { rules } from './rules.ts'
import { toAuthResponse, toGuestAuthResponse } from './serializers.ts'

export const bedrud = defineVariant<typeof routes, Caller, Flags>({
  routes,
  components: { schemas, securitySchemes },
  errorResponses,
  lenientBodies: ['refreshTokens', 'signOut', 'startPasskeySignIn'],
  rules,
  flags,
  webUrlFlag: 'frontendUrl',
  providers: ['google', 'github', 'twitter'],
  administration,
  exampleUserIds: Object.values(exampleUsers),
  replyToSignIn: (issued, site) => ({
    status: 200,
    headers: createCookies(site).tokenHeaders(issued),
    body: issued.user.provider === guestProvider ? toGuestAuthResponse(issued) : toAuthResponse(issued),
  }),
  behaviour(services) {
    const cookies = createCookies(services.site)
    return {
      handlers: handlers(services, cookies),
      authentication: authentication(services.core, cookies),
      replyToError,
      rateLimits,
      middlewareByOperation: middlewareByOperation(services, cookies),
    }
  },
})
