import { describe, expect, it } from 'vitest'
import { insert } from '../../../src/core/store.ts'
import { ids, issues, keys, openFactory, paths, tally, times, tokens, told } from './support.ts'

const forbidden = (message: string) => [403, 'FORBIDDEN', message]
const projectNotFound = [404, 'NOT_FOUND', 'Project not found']
const below = (projectId: string) => `/api/projects/${projectId}/planner/work-orders`

async function scene() {
  const factory = await openFactory()
  const { ask } = factory
  return {
    ...factory,
    list: (query = '', bearer = tokens.ada, projectId = ids.differenceEngine) =>
      ask('GET', `${below(projectId)}${query}`, undefined, { bearer }),
    create: (form: object, bearer = tokens.ada, projectId = ids.differenceEngine) =>
      ask('POST', below(projectId), form, { bearer }),
    move: (id: string, status: unknown, bearer = tokens.ada, projectId = ids.differenceEngine) =>
      ask('PATCH', `${below(projectId)}/${id}`, { status }, { bearer }),
  }
}

const titles = ({ body }: { body: { workOrders: { title: string }[] } }) =>
  body.workOrders.map(({ title }) => title)

describe('the work orders of a project', () => {
  it('are listed in their order, to members and to keys that may read', async () => {
    const { list } = await scene()
    for (const bearer of [tokens.ada, tokens.charles, keys.pipeline]) {
      const answer = await list('', bearer)
      expect(answer.status).toBe(200)
      expect(titles(answer)).toEqual(['Carry mechanism', 'Printing apparatus'])
      expect(answer.body).toMatchObject({ nextCursor: null, totalCount: 2 })
    }
  })

  it('are found by one status or several', async () => {
    const { list } = await scene()
    expect(titles(await list('?status=ready'))).toEqual(['Carry mechanism'])
    expect(titles(await list('?status=in_progress,ready'))).toEqual(['Carry mechanism', 'Printing apparatus'])
    expect((await list('?status=done')).body).toEqual({ workOrders: [], nextCursor: null, totalCount: 0 })
  })

  it('come page by page, each of them once', async () => {
    const { create, list } = await scene()
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

  it('come in pages of 50, and of 200 at most', async () => {
    const { store, list } = await scene()
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
  ])('are not listed by %s', async (query, issue) => {
    const { list } = await scene()
    expect(issues(await list(query))).toEqual([422, issue])
  })
})

describe('a project', () => {
  it('is unknown to everybody outside of its organization, as if there were none', async () => {
    const { list, create, move } = await scene()
    for (const projectId of [ids.celestialMechanics, ids.unknown]) {
      for (const bearer of [tokens.ada, keys.pipeline])
        expect(told(await list('', bearer, projectId))).toEqual(projectNotFound)
      expect(told(await create({}, tokens.ada, projectId))).toEqual(projectNotFound)
      expect(told(await move(ids.carryMechanism, 1, tokens.ada, projectId))).toEqual(projectNotFound)
    }
    expect(told(await list('', tokens.mary))).toEqual(projectNotFound)
  })

  it('is refused for the form of its id', async () => {
    const { list, move } = await scene()
    expect(issues(await list('', tokens.ada, 'difference-engine'))).toEqual([
      422,
      'projectId: Must be a UUID',
    ])
    expect(issues(await move('carry-mechanism', 'done'))).toEqual([422, 'workOrderId: Must be a UUID'])
  })

  it('does not have the work orders of another', async () => {
    const { create, move, ask } = await scene()
    const project = await ask('POST', paths.projects, { name: 'Silver Lady' }, { bearer: tokens.ada })
    const { id } = (await create({ title: 'Dance' }, tokens.ada, project.body.id)).body
    for (const unknown of [id, ids.unknown])
      expect(told(await move(unknown, 'ready'))).toEqual([404, 'NOT_FOUND', 'Work order not found'])
  })
})

describe('a key', () => {
  it('K02 does only what its scopes say, and none includes another', async () => {
    const { createKey, list, move } = await scene()
    const [reader, writer] = [
      await createKey({ scopes: ['mcp:read'] }),
      await createKey({ scopes: ['mcp:write', 'validator:write'] }),
    ]
    expect((await list('', reader.key)).status).toBe(200)
    const write = await move(ids.carryMechanism, 'in_progress', reader.key)
    expect(told(write)).toEqual(forbidden('API key does not have mcp:write scope'))
    expect(write.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="mcp:write"')
    const read = await list('', writer.key)
    expect(told(read)).toEqual(forbidden('API key does not have mcp:read scope'))
    expect(read.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="mcp:read"')
    expect((await move(ids.carryMechanism, 'in_progress', writer.key)).status).toBe(200)
  })

  it('of one project is refused in every other, whether there is one or not', async () => {
    const { createKey, list, move } = await scene()
    const { key } = await createKey({ scopes: ['mcp:read', 'mcp:write'], projectId: ids.differenceEngine })
    expect((await list('', key)).status).toBe(200)
    for (const projectId of [ids.celestialMechanics, ids.unknown]) {
      const otherProject = forbidden('API key is not valid for this project')
      const answers = [await list('', key, projectId), await move(ids.carryMechanism, 1, key, projectId)]
      for (const answer of answers) {
        expect(told(answer)).toEqual(otherProject)
        expect(answer.headers.get('www-authenticate')).toBeNull()
      }
    }
  })

  it('is judged by its scope, then by its project, then by its form', async () => {
    const { ask } = await scene()
    const attempt = (projectId: string) => ask('PATCH', `${below(projectId)}/x`, '{', { bearer: keys.widget })
    expect(told(await attempt(ids.unknown))[2]).toBe('API key does not have mcp:write scope')
    expect(told(await attempt('nonsense'))[2]).toBe('API key does not have mcp:write scope')
  })

  it('cannot plan', async () => {
    const { move } = await scene()
    for (const status of ['ready', 'backlog'])
      expect(issues(await move(ids.printingApparatus, status, keys.pipeline))).toEqual([
        422,
        'status: Must be in_progress, in_review or done',
      ])
    // The body comes before the object.
    expect((await move(ids.unknown, 'ready', keys.pipeline)).status).toBe(422)
    for (const status of ['in_review', 'done', 'in_review', 'in_progress'])
      expect((await move(ids.printingApparatus, status, keys.pipeline)).status).toBe(200)
  })
})

describe('a work order', () => {
  it('moves as documented, and in no other way', async () => {
    const { list, move, store } = await scene()
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
        const answer = await move(ids.carryMechanism, to)
        if (from === to || allowed[from]?.includes(to))
          expect([answer.status, answer.body.status], `${from} to ${to}`).toEqual([200, to])
        else
          expect(told(answer)).toEqual([
            409,
            'INVALID_TRANSITION',
            `A work order cannot move from ${from} to ${to}`,
          ])
      }
    }
    expect(titles(await list())).toHaveLength(2)
  })

  it('stays as it is when it is where it should be', async () => {
    const { move, advance } = await scene()
    await advance(60)
    const { body } = await move(ids.printingApparatus, 'in_progress')
    expect(body.updatedAt).toBe('2026-01-30T16:20:00.000Z')
    const moved = (await move(ids.printingApparatus, 'in_review')).body
    expect(Date.parse(moved.updatedAt)).toBeGreaterThan(Date.now())
    expect(moved).toMatchObject({ createdAt: '2026-01-13T10:00:00.000Z', title: 'Printing apparatus' })
  })

  it('changes nothing but its status', async () => {
    const { ask, list } = await scene()
    const path = `${paths.workOrders}/${ids.carryMechanism}`
    const body = { status: 'in_progress', title: 'Mine', projectId: ids.celestialMechanics, sortOrder: 99 }
    const moved = await ask('PATCH', path, body, { bearer: tokens.charles })
    expect(moved.body).toMatchObject({ title: 'Carry mechanism', status: 'in_progress', sortOrder: 0 })
    expect(titles(await list())).toHaveLength(2)
  })

  it('is added behind the others, in backlog unless it is ready', async () => {
    const { create, list } = await scene()
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

  it('gets to where exactly one of two rivals takes it', async () => {
    const { move } = await scene()
    const answers = await Promise.all(
      times(10, (index) => move(ids.carryMechanism, index % 2 ? 'backlog' : 'in_progress')),
    )
    expect(tally(answers)[200]).toBeGreaterThanOrEqual(1)
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true)
  })
})
