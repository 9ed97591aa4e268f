import { routes } from '../../../generated/bedrud/routes.ts'
import type { ServedVariant } from '../variant.ts'
import { administration } from './administration.ts'
import { authenticate, type Caller } from './authenticate.ts'
import { createCookies } from './cookies.ts'
import { development } from './development.ts'
import { refusal, refusals, wordError } from './errors.ts'
import { handlers } from './handlers/index.ts'
import { withoutAttempt } from './handlers/oauth.ts'
import { passkeyOperations } from './handlers/passkeys.ts'
import { countCall, withAllowance } from './limits.ts'
import { rules } from './rules.ts'
import { seed } from './seed.ts'

export const bedrud = {
  routes,
  refusals,
  lenientBodies: ['refreshTokens', 'signOut', 'startPasskeySignIn'],
  rules,
  switches: { registration: 'open', guests: true, passkeys: true, frontendUrl: null },
  providers: ['google', 'github', 'twitter'],
  administration,
  development,
  seed,
  behaviour(services) {
    const { core, switches } = services
    const cookies = createCookies(services.site)
    const isPasskeys = (operationId: string) => passkeyOperations.some((known) => known === operationId)
    return {
      handlers: handlers(services, cookies),
      authenticate: (call) => authenticate(core, cookies, call),
      wordError,
      async intercept(call, answer) {
        const allowance = await countCall(services, call)
        const isOff = isPasskeys(call.operationId) && !switches.passkeys
        const answered = isOff ? refusal(403, 'Passkeys are currently disabled') : await answer()
        const given = withAllowance(answered, allowance)
        return call.operationId === 'finishOAuth' ? withoutAttempt(cookies, call, given) : given
      },
    }
  },
} satisfies ServedVariant<typeof routes, Caller>
