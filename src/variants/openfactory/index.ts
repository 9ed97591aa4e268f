import { routes } from '../../../generated/openfactory/routes.ts'
import { addressKey, spend } from '../../core/limits.ts'
import type { ServedVariant } from '../variant.ts'
import { administration } from './administration.ts'
import { authenticate, type Caller } from './authenticate.ts'
import { development } from './development.ts'
import { refusals, wordError } from './errors.ts'
import { handlers } from './handlers.ts'
import { limitedByAddress, rules } from './rules.ts'
import { seed } from './seed.ts'

export const openfactory = {
  routes,
  refusals,
  lenientBodies: [],
  rules,
  switches: {},
  providers: ['github', 'google'],
  administration,
  development,
  seed,
  behaviour: (services) => ({
    handlers: handlers(services),
    authenticate: (call) => authenticate(services.core, call),
    wordError,
    // Before anything in the request is looked at.
    async intercept({ operationId, request }, answer) {
      if (limitedByAddress.includes(operationId))
        await spend(services.core, operationId, addressKey(services.clientOf(request)))
      return answer()
    },
  }),
} satisfies ServedVariant<typeof routes, Caller>
