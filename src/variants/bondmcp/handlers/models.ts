import type { routes } from '../../../../generated/bondmcp/routes.ts'
import type { Handlers } from '../../../http/handlers.ts'
import type { Services } from '../../variant.ts'
import { type Caller, userOf } from '../authenticate.ts'
import { planTooSmall } from '../errors.ts'
import type { Flags } from '../flags.ts'
import { models } from '../models.ts'
import { largerPlans, type Plan, toPlan } from '../rules.ts'

export function modelHandlers({
  flags,
}: Services<Flags>): Pick<Handlers<typeof routes, Caller>, 'listModels'> {
  const hasModels = (plan: Plan) => flags.planEntitlements[plan].includes('models')
  return {
    async listModels({ caller, request, requestId }) {
      const plan = toPlan(userOf(caller)?.plan ?? null)
      if (!hasModels(plan)) return planTooSmall({ request, requestId }, largerPlans.find(hasModels))
      return { status: 200, body: { models, total: models.length } }
    },
  }
}
