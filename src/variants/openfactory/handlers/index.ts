import type { routes } from '../../../../generated/openfactory/routes.ts'
import type { Handlers } from '../../../http/handlers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { accountHandlers } from './account.ts'
import { oauthHandlers } from './oauth.ts'
import { organizationHandlers } from './organizations.ts'
import { workOrderHandlers } from './work-orders.ts'

export function handlers(services: Services): Handlers<typeof routes, Caller> {
  return {
    ...accountHandlers(services),
    ...oauthHandlers(services),
    ...organizationHandlers(services),
    ...workOrderHandlers(services),
  }
}
