import { describe, expect, it } from 'vitest'
import { insert } from '../../../src/core/store.ts'
import { countStatuses, errorOf, ids, issues, keys, openFactory, paths, times, tokens } from './support.ts'

const forbidden = (message: string) => [403, 'FORBIDDEN', message]
const projectNotFound = [404, 'NOT_FOUND', 'Project not found']
const workOrdersPath = (projectId: string) => `/api/projects/${projectId}/planner/work-orders`

async function setUp() {
  const factory = await openFactory()
  const { ask } = factory
  return {
    ...factory,
    list: (query = '', bearer = tokens.ada, projectId = ids.differenceEngine) =>
      ask('GET', `${workOrdersPath(projectId)}${query}`, undefined, { bearer }),
    create: (form: object, bearer = tokens.ada, projectId = ids.differenceEngine) =>
      ask('POST', workOrdersPath(projectId), form, { bearer }),
    move: (id: string, status: unknown, bearer = tokens.ada, projectId = ids.differenceEngine) =>
      ask('PATCH', `${workOrdersPath(projectId)}/${id}`, { status }, { bearer }),
  }
}

const titles = ({ body }: { body: { workOrders: { title: string }[] } }) =>
  body.workOrders.map(({ title }) => title)

describe('listing work orders', () => {
  it('returns work orders in order to members and to API keys with mcp:read', async () => {
    const { list } = await setUp()
    for (const bearer of [tokens.ada, tokens.charles, keys.pipeline]) {
      const response = await list('', bearer)
      expect(response.status).toBe(200)
      expect(titles(response)).toEqual(['Carry mechanism', 'Printing apparatus'])
      expect(response.body).toMatchObject({ nextCursor: null, totalCount: 2 })
    }
  })

  it('filters work orders by one or several statuses', async () => {
    const { list } = await setUp()
    expect(titles(await list('?status=ready'))).toEqual(['Carry mechanism'])
    expect(titles(await list('?status=in_progress,ready'))).toEqual(['Carry mechanism', 'Printing apparatus'])
    expect((await list('?status=done')).body).toEqual({ workOrders: [], nextCursor: null, totalCount: 0 })
  })

  it('returns each work order on exactly one page', async () => {
    const { create, list } = await setUp()
    for (const index of times(5, (index) => index)) await create({ title: `Wheel ${index}` })
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await list(`?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
      expect([page.status, page.body.totalCount]).toEqual([200, 7])
      seen.push(...titles(page))
      cursor = page.body.nextCursor
    }
    expect(seen).toEqual(['Carry mechanism', 'Printing apparatus', ...times(5, (index) => `Wheel ${index}`)])
  })

  it('returns 50 work orders per page by default and at most 200', async () => {
    const { store, list } = await setUp()
    const row = (await store.find('workOrders', { id: ids.carryMechanism })) ?? expect.fail()
    const rows = times(203, (index) => ({ ...row, id: crypto.randomUUID(), sortOrder: 2 + index }))
    await store.write(rows.map((each) => insert('workOrders', each)))
    const sizes = [(await list()).body, (await list('?limit=500')).body, (await list('?limit=1e3')).body]
    expect(sizes.map(({ workOrders }) => workOrders?.length)).toEqual([50, 200, undefined])
  })

  it.each([
    [
      '?status=ready,waiting',
      'status: Must be a comma-separated list of backlog, ready, in_progress, in_review and done',
    ],
    ['?status=', 'status: Must be a comma-separated list of backlog, ready, in_progress, in_review and done'],
    ['?status=ready&status=done', 'status: Must be a string'],
    ['?limit=0', 'limit: Must be at least 1'],
    ['?limit=two', 'limit: Must be a number'],
    ['?limit=1.5', 'limit: Must be an integer'],
    ['?cursor=nonsense', 'cursor: Must be the nextCursor of an earlier response'],
    ['?cursor=', 'cursor: Must be the nextCursor of an earlier response'],
    ['?cursor=%00', 'cursor: Must not contain NUL or unpaired surrogates'],
  ])('rejects the work order query %s', async (query, issue) => {
    const { list } = await setUp()
    expect(issues(await list(query))).toEqual([422, issue])
  })
})

describe('the project of work orders', () => {
  it('returns the same 404 for projects of other organizations as for unknown ones', async () => {
    const { list, create, move } = await setUp()
    for (const projectId of [ids.celestialMechanics, ids.unknown]) {
      for (const bearer of [tokens.ada, keys.pipeline])
        expect(errorOf(await list('', bearer, projectId))).toEqual(projectNotFound)
      expect(errorOf(await create({}, tokens.ada, projectId))).toEqual(projectNotFound)
      expect(errorOf(await move(ids.carryMechanism, 1, tokens.ada, projectId))).toEqual(projectNotFound)
    }
    expect(errorOf(await list('', tokens.mary))).toEqual(projectNotFound)
  })

  it('rejects project and work order ids that are not UUIDs', async () => {
    const { list, move } = await setUp()
    expect(issues(await list('', tokens.ada, 'difference-engine'))).toEqual([
      422,
      'projectId: Must be a UUID',
    ])
    expect(issues(await move('carry-mechanism', 'done'))).toEqual([422, 'workOrderId: Must be a UUID'])
  })

  it('returns 404 for work orders of another project', async () => {
    const { create, move, ask } = await setUp()
    const project = await ask('POST', paths.projects, { name: 'Silver Lady' }, { bearer: tokens.ada })
    const { id } = (await create({ title: 'Dance' }, tokens.ada, project.body.id)).body
    for (const unknown of [id, ids.unknown])
      expect(errorOf(await move(unknown, 'ready'))).toEqual([404, 'NOT_FOUND', 'Work order not found'])
  })
})

describe('an API key on work orders', () => {
  it('K02 requires the scope of each operation from an API key, and no scope includes another', async () => {
    const { createKey, list, move } = await setUp()
    const [reader, writer] = [
      await createKey({ scopes: ['mcp:read'] }),
      await createKey({ scopes: ['mcp:write', 'validator:write'] }),
    ]
    expect((await list('', reader.key)).status).toBe(200)
    const write = await move(ids.carryMechanism, 'in_progress', reader.key)
    expect(errorOf(write)).toEqual(forbidden('API key does not have mcp:write scope'))
    expect(write.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="mcp:write"')
    const read = await list('', writer.key)
    expect(errorOf(read)).toEqual(forbidden('API key does not have mcp:read scope'))
    expect(read.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="mcp:read"')
    expect((await move(ids.carryMechanism, 'in_progress', writer.key)).status).toBe(200)
  })

  it('rejects a key of one project in other and unknown projects with the same 403', async () => {
    const { createKey, list, move } = await setUp()
    const { key } = await createKey({ scopes: ['mcp:read', 'mcp:write'], projectId: ids.differenceEngine })
    expect((await list('', key)).status).toBe(200)
    for (const projectId of [ids.celestialMechanics, ids.unknown]) {
      const otherProject = forbidden('API key is not valid for this project')
      const responses = [await list('', key, projectId), await move(ids.carryMechanism, 1, key, projectId)]
      for (const response of responses) {
        expect(errorOf(response)).toEqual(otherProject)
        expect(response.headers.get('www-authenticate')).toBeNull()
      }
    }
  })

  it('checks the scope of an API key before project and body', async () => {
    const { ask } = await setUp()
    const attempt = (projectId: string) =>
      ask('PATCH', `${workOrdersPath(projectId)}/x`, '{', { bearer: keys.widget })
    expect(errorOf(await attempt(ids.unknown))[2]).toBe('API key does not have mcp:write scope')
    expect(errorOf(await attempt('nonsense'))[2]).toBe('API key does not have mcp:write scope')
  })

  it('does not let API keys set backlog or ready', async () => {
    const { move } = await setUp()
    for (const status of ['ready', 'backlog'])
      expect(issues(await move(ids.printingApparatus, status, keys.pipeline))).toEqual([
        422,
        'status: Must be in_progress, in_review or done',
      ])
    // The body is checked before the work order is looked up.
    expect((await move(ids.unknown, 'ready', keys.pipeline)).status).toBe(422)
    for (const status of ['in_review', 'done', 'in_review', 'in_progress'])
      expect((await move(ids.printingApparatus, status, keys.pipeline)).status).toBe(200)
  })
})

describe('a work order', () => {
  it('moves work orders only along the documented transitions', async () => {
    const { list, move, store } = await setUp()
    const statuses = ['backlog', 'ready', 'in_progress', 'in_review', 'done']
    const allowed: Record<string, string[]> = {
      backlog: ['ready'],
      ready: ['backlog', 'in_progress'],
      in_progress: ['ready', 'in_review'],
      in_review: ['in_progress', 'done'],
      done: ['in_review'],
    }
    for (const from of statuses) {
      for (const to of statuses) {
        await store.write([
          { kind: 'update', table: 'workOrders', where: { id: ids.carryMechanism }, set: { status: from } },
        ])
        const response = await move(ids.carryMechanism, to)
        if (from === to || allowed[from]?.includes(to))
          expect([response.status, response.body.status], `${from} to ${to}`).toEqual([200, to])
        else
          expect(errorOf(response)).toEqual([
            409,
            'INVALID_TRANSITION',
            `A work order cannot move from ${from} to ${to}`,
          ])
      }
    }
    expect(titles(await list())).toHaveLength(2)
  })

  it('keeps updatedAt if the status does not change', async () => {
    const { move, advance } = await setUp()
    await advance(60)
    const { body } = await move(ids.printingApparatus, 'in_progress')
    expect(body.updatedAt).toBe('2026-01-30T16:20:00.000Z')
    const moved = (await move(ids.printingApparatus, 'in_review')).body
    expect(Date.parse(moved.updatedAt)).toBeGreaterThan(Date.now())
    expect(moved).toMatchObject({ createdAt: '2026-01-13T10:00:00.000Z', title: 'Printing apparatus' })
  })

  it('changes only the status, whatever else the body contains', async () => {
    const { ask, list } = await setUp()
    const path = `${paths.workOrders}/${ids.carryMechanism}`
    const body = { status: 'in_progress', title: 'Mine', projectId: ids.celestialMechanics, sortOrder: 99 }
    const moved = await ask('PATCH', path, body, { bearer: tokens.charles })
    expect(moved.body).toMatchObject({ title: 'Carry mechanism', status: 'in_progress', sortOrder: 0 })
    expect(titles(await list())).toHaveLength(2)
  })

  it('adds a work order at the end, in backlog by default', async () => {
    const { create, list } = await setUp()
    const form = { title: 'Number axes', status: 'ready', deliverableType: 'feature', sortOrder: -1, id: '1' }
    const first = (await create(form, tokens.charles)).body
    const second = (await create({ title: 'Mill and store' })).body
    expect(first).toMatchObject({ status: 'ready', deliverableType: 'feature', sortOrder: 2, assignees: [] })
    expect(second).toMatchObject({ status: 'backlog', deliverableType: null, sortOrder: 3, phase: null })
    expect(titles(await list())).toEqual([
      'Carry mechanism',
      'Printing apparatus',
      'Number axes',
      'Mill and store',
    ])
  })

  it('allows only valid transitions in concurrent updates', async () => {
    const { move } = await setUp()
    const responses = await Promise.all(
      times(10, (index) => move(ids.carryMechanism, index % 2 ? 'backlog' : 'in_progress')),
    )
    expect(countStatuses(responses)[200]).toBeGreaterThanOrEqual(1)
    expect(responses.every(({ status }) => status === 200 || status === 409)).toBe(true)
  })
})
