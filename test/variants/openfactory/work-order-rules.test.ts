import { describe, expect, it } from 'vitest'
import { createProject, signUpWithOrganization } from '../../../src/core/organizations.ts'
import {
  createWorkOrder,
  listWorkOrders,
  moveWorkOrder,
  submitFeedback,
  type WorkOrderStatus,
} from '../../../src/variants/openfactory/work-orders.ts'
import { ada, testCore, times } from '../../core/core.ts'

async function setUp() {
  const core = testCore()
  const { organization } = await signUpWithOrganization(core, {
    ...ada,
    organizationName: 'Analytical Engines',
  })
  const project = await createProject(core, {
    authority: [],
    organizationId: organization.id,
    name: 'Difference Engine',
    description: null,
  })
  return { core, project }
}

describe('the rules of work orders and feedback', () => {
  it('lists work orders in order, by page and by status', async () => {
    const { core, project } = await setUp()
    for (const index of times(5, (index) => index))
      await createWorkOrder(core, {
        authority: [],
        projectId: project.id,
        title: `${index}`,
        status: index % 2 ? 'ready' : 'backlog',
      })
    const titles = []
    let cursor: string | undefined
    do {
      const page = await listWorkOrders(core, project.id, {
        limit: 2,
        ...(cursor !== undefined && { cursor }),
      })
      expect(page?.totalCount).toBe(5)
      titles.push(page?.workOrders.map(({ title }) => title))
      cursor = page?.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(titles).toEqual([['0', '1'], ['2', '3'], ['4']])
    const ready = await listWorkOrders(core, project.id, { statuses: ['ready'], limit: 50 })
    expect([ready?.workOrders.map(({ title }) => title), ready?.totalCount, ready?.nextCursor]).toEqual([
      ['1', '3'],
      2,
      null,
    ])
    for (const cursor of ['x', '', '../', 'YWZ0ZXIgLTE', 'a'.repeat(500)])
      expect(await listWorkOrders(core, project.id, { limit: 2, cursor }), cursor).toBeUndefined()
  })

  it('stores submitted feedback in its project', async () => {
    const { core, project } = await setUp()
    const data = { description: 'It jams.' }
    const feedback = await submitFeedback(core, {
      authority: [],
      projectId: project.id,
      apiKeyId: 'key',
      data,
    })
    expect(feedback).toMatchObject({ status: 'new', createdAt: core.now() })
    expect(await core.store.find('feedback', { id: feedback.id })).toEqual(feedback)
  })

  it('changes the status of a work order only as documented', async () => {
    const { core, project } = await setUp()
    const { id } = await createWorkOrder(core, { authority: [], projectId: project.id, title: 'Carry' })
    const move = async (status: WorkOrderStatus) =>
      (await moveWorkOrder(core, { authority: [], projectId: project.id, id, status })).result
    for (const [status, expected] of [
      ['done', 'invalidTransition'],
      ['backlog', 'moved'],
      ['ready', 'moved'],
      ['in_review', 'invalidTransition'],
      ['in_progress', 'moved'],
      ['in_review', 'moved'],
      ['done', 'moved'],
      ['in_progress', 'invalidTransition'],
      ['in_review', 'moved'],
    ] as const)
      expect(await move(status), status).toBe(expected)
    const elsewhere = await moveWorkOrder(core, { authority: [], projectId: 'other', id, status: 'done' })
    expect(elsewhere).toEqual({ result: 'notFound' })
  })
})
