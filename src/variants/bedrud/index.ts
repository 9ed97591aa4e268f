import { routes } from '../../../generated/bedrud/routes.ts'
import type { ServedVariant } from '../variant.ts'
import { administration } from './administration.ts'
import { authenticate, type Caller } from './authenticate.ts'
import { createCookies } from './cookies.ts'
import { development } from './development.ts'
import { refusal, refusals, wordError } from './errors.ts'
import { accountHandlers } from './handlers/account.ts'
import { oauthHandlers, withoutAttempt } from './handlers/oauth.ts'
import { passkeyHandlers, passkeyOperations } from './handlers/passkeys.ts'
import { tokenHandlers } from './handlers/tokens.ts'
import { withinLimit } from './limits.ts'
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
    const { core, switches, clientOf } = services
    const cookies = createCookies(services.site)
    const isPasskeys = (operationId: string) => passkeyOperations.some((known) => known === operationId)
    return {
      handlers: {
        ...accountHandlers(services, cookies),
        ...tokenHandlers(services, cookies),
        ...oauthHandlers(services, cookies),
        ...passkeyHandlers(services, cookies),
      },
      authenticate: (call) => authenticate(core, cookies, call),
      wordError,
      async intercept(call, answer) {
        const given = await withinLimit(core, clientOf(call.request), call, async () =>
          isPasskeys(call.operationId) && !switches.passkeys
            ? refusal(403, 'Passkeys are currently disabled')
            : answer(),
        )
        return call.operationId === 'finishOAuth' ? withoutAttempt(cookies, call, given) : given
      },
    }
  },
} satisfies ServedVariant<typeof routes, Caller>
