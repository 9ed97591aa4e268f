import type { routes } from '../../../../generated/bondmcp/routes.ts'
import type { Handlers } from '../../../http/handlers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import type { Flags } from '../flags.ts'
import { accountHandlers } from './account.ts'
import { apiKeyHandlers } from './api-keys.ts'
import { modelHandlers } from './models.ts'

export function handlers(services: Services<Flags>): Handlers<typeof routes, Caller> {
  return {
    ...accountHandlers(services),
    ...apiKeyHandlers(services),
    ...modelHandlers(services),
  }
}
