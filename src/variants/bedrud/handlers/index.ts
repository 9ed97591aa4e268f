import type { routes } from '../../../../generated/bedrud/routes.ts'
import type { Handlers } from '../../../http/handlers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import type { Cookies } from '../cookies.ts'
import type { Flags } from '../flags.ts'
import { accountHandlers } from './account.ts'
import { oauthHandlers } from './oauth.ts'
import { passkeyHandlers } from './passkeys.ts'
import { settingsHandlers } from './settings.ts'
import { tokenHandlers } from './tokens.ts'

export function handlers(services: Services<Flags>, cookies: Cookies): Handlers<typeof routes, Caller> {
  return {
    ...accountHandlers(services, cookies),
    ...tokenHandlers(services, cookies),
    ...oauthHandlers(services, cookies),
    ...passkeyHandlers(services, cookies),
    ...settingsHandlers(services),
  }
}
