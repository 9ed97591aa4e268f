import { base64url } from 'jose'
import { type Authority, writeWithAuthority } from '../../core/authority.ts'
import { AuthError } from '../../core/errors.ts'
import type { Core } from '../../core/ports.ts'
import { newUuid } from '../../core/secrets.ts'
import { insert, update } from '../../core/store.ts'
import type { Feedback, WorkOrder } from './tables.ts'

export type WorkOrderStatus = 'backlog' | 'ready' | 'in_progress' | 'in_review' | 'done'

const transitions: Record<string, readonly WorkOrderStatus[]> = {
  backlog: ['ready'],
  ready: ['backlog', 'in_progress'],
  in_progress: ['ready', 'in_review'],
  in_review: ['in_progress', 'done'],
  done: ['in_review'],
}

/** One page of the work orders of a project. */
export interface WorkOrderPage {
  workOrders: WorkOrder[]
  /** Null on the last page. */
  nextCursor: string | null
  /** The number of work orders on all pages. */
  totalCount: number
}

/**
 * Lists the work orders of a project, ordered by `sortOrder` and then by `createdAt`.
 * @param query.statuses only these statuses; all by default
 * @param query.limit the page size
 * @param query.cursor the `nextCursor` of the previous page
 * @returns undefined if the cursor is invalid
 */
export async function listWorkOrders(
  { store }: Pick<Core, 'store'>,
  projectId: string,
  { statuses, limit, cursor }: { statuses?: readonly WorkOrderStatus[]; limit: number; cursor?: string },
): Promise<WorkOrderPage | undefined> {
  const offset = cursor === undefined ? 0 : decodeCursor(cursor)
  if (offset === undefined) return undefined
  const where = { projectId, ...(statuses && { status: { in: [...statuses] as string[] } }) }
  const [workOrders, totalCount] = await Promise.all([
    store.list('workOrders', where, { orderBy: ['sortOrder', 'createdAt', 'id'], limit, offset }),
    store.count('workOrders', where),
  ])
  const end = offset + workOrders.length
  return { workOrders, nextCursor: end < totalCount && end > offset ? encodeCursor(end) : null, totalCount }
}

const encodeCursor = (offset: number) => base64url.encode(`after ${offset}`)

function decodeCursor(cursor: string): number | undefined {
  let text = ''
  try {
    text = new TextDecoder().decode(base64url.decode(cursor))
  } catch {
    // Invalid base64url leaves `text` empty, which matches no cursor.
  }
  const offset = /^after (\d{1,15})$/.exec(text)?.[1]
  return offset === undefined ? undefined : Number(offset)
}

/**
 * Adds a work order at the end of its project.
 * @throws {AuthError} projectNotFound; any code of `authority`
 */
export async function createWorkOrder(
  core: Core,
  {
    projectId,
    title,
    status = 'backlog',
    deliverableType = null,
    authority,
  }: Pick<WorkOrder, 'projectId' | 'title'> & {
    status?: WorkOrderStatus
    deliverableType?: string | null
    authority: Authority
  },
): Promise<WorkOrder> {
  const now = core.now()
  const workOrder: WorkOrder = {
    id: newUuid(core),
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
  const outcome = await writeWithAuthority(core, authority, [insert('workOrders', workOrder)])
  if (!outcome.done) throw new AuthError('projectNotFound')
  return workOrder
}

export type MoveResult =
  | { result: 'moved'; workOrder: WorkOrder }
  | { result: 'notFound' }
  | { result: 'invalidTransition'; from: string }

/** Changes the status of a work order. No status, or the current one, succeeds and changes nothing. */
export async function moveWorkOrder(
  core: Core,
  {
    projectId,
    id,
    status,
    authority,
  }: { projectId: string; id: string; status: WorkOrderStatus | undefined; authority: Authority },
): Promise<MoveResult> {
  for (;;) {
    const workOrder = await core.store.find('workOrders', { id, projectId })
    if (!workOrder) return { result: 'notFound' }
    const { status: from } = workOrder
    if (status === undefined || from === status) return { result: 'moved', workOrder }
    if (!transitions[from]?.includes(status)) return { result: 'invalidTransition', from }
    const changed = { status, updatedAt: core.now() }
    const where = { id, projectId, status: from }
    // Compare-and-swap on the status: if it has changed since the read, start over.
    const outcome = await writeWithAuthority(core, authority, [
      update('workOrders', where, changed, { expect: 1 }),
    ])
    if (outcome.done) return { result: 'moved', workOrder: { ...workOrder, ...changed } }
  }
}

/**
 * Stores feedback.
 * @param input.data the validated request body
 * @throws {AuthError} projectNotFound; any code of `authority`
 */
export async function submitFeedback(
  core: Core,
  {
    projectId,
    apiKeyId,
    data,
    authority,
  }: Pick<Feedback, 'projectId' | 'apiKeyId' | 'data'> & { authority: Authority },
): Promise<Feedback> {
  const feedback = { id: newUuid(core), projectId, apiKeyId, status: 'new', data, createdAt: core.now() }
  const outcome = await writeWithAuthority(core, authority, [insert('feedback', feedback)])
  if (!outcome.done) throw new AuthError('projectNotFound')
  return feedback
}
