import { routes } from '../../../generated/openfactory/routes.ts'
import type { ServedVariant } from '../variant.ts'
import { administration } from './administration.ts'
import { authenticate, type Caller } from './authenticate.ts'
import { development } from './development.ts'
import { refusals, wordError } from './errors.ts'
import { handlers } from './handlers/index.ts'
import { countCall } from './limits.ts'
import { rules } from './rules.ts'
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
    async intercept(call, answer) {
      await countCall(services, call)
      return answer()
    },
  }),
} satisfies ServedVariant<typeof routes, Caller>
