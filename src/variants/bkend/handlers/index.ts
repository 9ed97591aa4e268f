import type { routes } from '../../../../generated/bkend/routes.ts'
import type { Handlers } from '../../../http/handlers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import type { Flags } from '../flags.ts'
import { accountHandlers } from './account.ts'
import { oauthHandlers } from './oauth.ts'
import { userHandlers } from './users.ts'

export function handlers(services: Services<Flags>): Handlers<typeof routes, Caller> {
  return {
    ...accountHandlers(services),
    ...oauthHandlers(services),
    ...userHandlers(services),
  }
}
