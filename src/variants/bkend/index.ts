import { routes } from '../../../generated/bkend/routes.ts'
import type { ServedVariant } from '../variant.ts'
import { administration } from './administration.ts'
import { authenticate, type Caller } from './authenticate.ts'
import { development } from './development.ts'
import { refusals, wordError } from './errors.ts'
import { handlers } from './handlers/index.ts'
import { countCall, withAllowance } from './limits.ts'
import { rules } from './rules.ts'
import { seed } from './seed.ts'

export const bkend = {
  routes,
  refusals,
  lenientBodies: [],
  rules,
  switches: { publicProfiles: true, fileStorage: true },
  providers: ['google', 'github'],
  administration,
  development,
  seed,
  behaviour: (services) => ({
    handlers: handlers(services),
    authenticate: (call) => authenticate(services.core, call),
    wordError,
    async intercept(call, answer) {
      const allowance = await countCall(services, call)
      return withAllowance(await answer(), allowance)
    },
  }),
} satisfies ServedVariant<typeof routes, Caller>
