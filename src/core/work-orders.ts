import { base64url } from 'jose'
import { AuthError } from './errors.ts'
import type { Core } from './ports.ts'
import { insert, update } from './store.ts'
import type { Feedback, WorkOrder } from './tables.ts'

export type WorkOrderStatus = 'backlog' | 'ready' | 'in_progress' | 'in_review' | 'done'

const transitions: Record<string, readonly WorkOrderStatus[]> = {
  backlog: ['ready'],
  ready: ['backlog', 'in_progress'],
  in_progress: ['ready', 'in_review'],
  in_review: ['in_progress', 'done'],
  done: ['in_review'],
}

/**
 * A page of a project's work orders, by `sortOrder` and age.
 * @param query.statuses only these; absent for all @param query.limit rows at most
 * @param query.cursor `nextCursor` of the page before @returns `nextCursor` null on the last page; `totalCount` of all pages
 * @throws {AuthError} invalidCursor
 */
export const listWorkOrders = async (
  { store }: Pick<Core, 'store'>,
  projectId: string,
  { statuses, limit, cursor }: { statuses?: readonly WorkOrderStatus[]; limit: number; cursor?: string },
): Promise<{ workOrders: WorkOrder[]; nextCursor: string | null; totalCount: number }> => {
  const offset = cursor === undefined ? 0 : offsetOf(cursor)
  const where = { projectId, ...(statuses && { status: { in: [...statuses] as string[] } }) }
  const [workOrders, totalCount] = await Promise.all([
    store.list('workOrders', where, { orderBy: ['sortOrder', 'createdAt', 'id'], limit, offset }),
    store.count('workOrders', where),
  ])
  const end = offset + workOrders.length
  return { workOrders, nextCursor: end < totalCount && end > offset ? cursorOf(end) : null, totalCount }
}

const cursorOf = (offset: number) => base64url.encode(`after ${offset}`)

const offsetOf = (cursor: string): number => {
  let text = ''
  try {
    text = new TextDecoder().decode(base64url.decode(cursor))
  } catch {
    // Not even base64url.
  }
  const offset = /^after (\d{1,15})$/.exec(text)?.[1]
  if (offset === undefined) throw new AuthError('invalidCursor')
  return Number(offset)
}

/** A work order behind the others of its project. */
export const createWorkOrder = async (
  core: Core,
  {
    projectId,
    title,
    status = 'backlog',
    deliverableType = null,
  }: Pick<WorkOrder, 'projectId' | 'title'> & { status?: WorkOrderStatus; deliverableType?: string | null },
): Promise<WorkOrder> => {
  const now = core.now()
  const workOrder: WorkOrder = {
    id: core.newId('workOrder'),
    projectId,
    title,
    status,
    deliverableType,
    phase: null,
    feature: null,
    assignees: [],
    sortOrder: await core.store.count('workOrders', { projectId }),
    createdAt: now,
    updatedAt: now,
  }
  const outcome = await core.store.write([insert('workOrders', workOrder)])
  if (!outcome.done) throw new AuthError('projectNotFound')
  return workOrder
}

/**
 * Moves a work order on. To where it is already, is allowed and changes nothing.
 * @throws {AuthError} workOrderNotFound, invalidTransition (details.from, details.to)
 */
export const moveWorkOrder = async (
  core: Core,
  { projectId, id, status }: { projectId: string; id: string; status: WorkOrderStatus },
): Promise<WorkOrder> => {
  for (;;) {
    const workOrder = await core.store.find('workOrders', { id, projectId })
    if (!workOrder) throw new AuthError('workOrderNotFound')
    if (workOrder.status === status) return workOrder
    if (!transitions[workOrder.status]?.includes(status))
      throw new AuthError('invalidTransition', { from: workOrder.status, to: status })
    const moved = { status, updatedAt: core.now() }
    const where = { id, projectId, status: workOrder.status }
    const outcome = await core.store.write([update('workOrders', where, moved, { expect: 1 })])
    if (outcome.done) return { ...workOrder, ...moved }
  }
}

/** Keeps what the users of a product report. @param input.data everything that was sent, already checked */
export const submitFeedback = async (
  core: Core,
  { projectId, apiKeyId, data }: Pick<Feedback, 'projectId' | 'apiKeyId' | 'data'>,
): Promise<Feedback> => {
  const feedback = {
    id: core.newId('feedback'),
    projectId,
    apiKeyId,
    status: 'new',
    data,
    createdAt: core.now(),
  }
  const outcome = await core.store.write([insert('feedback', feedback)])
  if (!outcome.done) throw new AuthError('projectNotFound')
  return feedback
}
