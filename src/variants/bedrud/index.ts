import { routes } from '../../../generated/bedrud/routes.ts'
import type { ServedVariant, Switches } from '../variant.ts'
import { authenticate, type Caller } from './authenticate.ts'
import { createCookies } from './cookies.ts'
import { development } from './development.ts'
import { refusal, refusals, wordError } from './errors.ts'
import { handlers } from './handlers.ts'
import { countCall, withAllowance } from './rate-limits.ts'
import { rules } from './rules.ts'
import { seed } from './seed.ts'

const switches: Partial<Switches> = {
  registration: 'open',
  guests: true,
  passkeys: true,
  frontendUrl: null,
}

export const bedrud = {
  routes,
  refusals,
  lenientBodies: ['refreshTokens', 'signOut', 'startPasskeySignIn'],
  rules,
  switches,
  providers: ['google', 'github', 'twitter'],
  development,
  seed,
  behaviour: (services) => {
    const cookies = createCookies(services.site)
    return {
      handlers: handlers(services, cookies),
      authenticate: (call) => authenticate(services.core, call),
      wordError(error, call) {
        const answer = wordError(error, call)
        // The attempt is over, whatever came of it.
        return answer && call.operationId === 'finishOAuth' && answer.status !== 429
          ? { ...answer, headers: { ...answer.headers, 'Set-Cookie': cookies.ofNoBinding() } }
          : answer
      },
      async intercept(call, answer) {
        const allowance = await countCall(services, call)
        const isOff = call.operationId.includes('Passkey') && !services.switches.passkeys
        return withAllowance(
          isOff ? refusal(403, 'Passkeys are currently disabled') : await answer(),
          allowance,
        )
      },
    }
  },
} satisfies ServedVariant<typeof routes, Caller>
