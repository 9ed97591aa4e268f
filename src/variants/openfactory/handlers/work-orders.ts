import type { routes } from '../../../../generated/openfactory/routes.ts'
import { apiKeyAuthority } from '../../../core/authority.ts'
import type { Handlers } from '../../../http/handlers.ts'
import type { Services } from '../../variant.ts'
import { type Caller, projectAuthority } from '../authenticate.ts'
import { errorReply, invalid } from '../errors.ts'
import { toCreatedFeedback, toWorkOrder } from '../serializers.ts'
import {
  createWorkOrder,
  listWorkOrders,
  moveWorkOrder,
  submitFeedback,
  type WorkOrderStatus,
} from '../work-orders.ts'

type Operations = 'listWorkOrders' | 'createWorkOrder' | 'updateWorkOrder' | 'createFeedback'

const maxPageSize = 200
/** API keys report progress; only users can plan. */
const statusesForKeys: readonly WorkOrderStatus[] = ['in_progress', 'in_review', 'done']

/** The operations about work orders and feedback. `authentication` has already checked permissions. */
export function workOrderHandlers({ core }: Services): Pick<Handlers<typeof routes, Caller>, Operations> {
  return {
    async listWorkOrders({ params: { projectId }, query: { status, limit, cursor } }) {
      const page = await listWorkOrders(core, projectId, {
        // The cast is safe: the parameter's pattern allows only statuses.
        ...(status !== undefined && { statuses: status.split(',') as WorkOrderStatus[] }),
        limit: Math.min(limit, maxPageSize),
        ...(cursor !== undefined && { cursor }),
      })
      if (!page) return invalid({ path: 'cursor', message: 'Must be the nextCursor of an earlier response' })
      return {
        status: 200,
        body: {
          workOrders: page.workOrders.map(toWorkOrder),
          nextCursor: page.nextCursor,
          totalCount: page.totalCount,
        },
      }
    },

    async createWorkOrder({ params: { projectId }, body: { title, status, deliverableType }, caller }) {
      const workOrder = await createWorkOrder(core, {
        projectId,
        title,
        status: status ?? 'backlog',
        deliverableType: deliverableType ?? null,
        authority: await projectAuthority(core, caller, projectId),
      })
      return { status: 201, body: toWorkOrder(workOrder) }
    },

    async updateWorkOrder({ params: { projectId, workOrderId }, body: { status }, caller }) {
      if ('apiKey' in caller && status !== undefined && !statusesForKeys.includes(status))
        return invalid({ path: 'status', message: 'Must be in_progress, in_review or done' })
      const authority = await projectAuthority(core, caller, projectId)
      const move = await moveWorkOrder(core, { projectId, id: workOrderId, status, authority })
      switch (move.result) {
        case 'moved':
          return { status: 200, body: toWorkOrder(move.workOrder) }
        case 'notFound':
          return errorReply(404, 'NOT_FOUND', 'Work order not found')
        case 'invalidTransition':
          return errorReply(
            409,
            'INVALID_TRANSITION',
            `A work order cannot move from ${move.from} to ${status}`,
          )
      }
    },

    async createFeedback({ params: { projectId }, body, caller }) {
      const feedback = await submitFeedback(core, {
        projectId,
        apiKeyId: caller.apiKey.id,
        data: body,
        authority: apiKeyAuthority(caller.apiKey),
      })
      return { status: 201, body: toCreatedFeedback(feedback) }
    },
  }
}
