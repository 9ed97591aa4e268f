import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../../generated/index.ts'
import { loadOperations } from '../../../src/mock/prism.ts'
import { credentials } from '../../mock/requests.ts'
import { createAnswerCheck } from '../../mock/schemas.ts'
import { contractCases, sendCase } from '../../server/cases.ts'
import { type Factory, ids, keys, openFactory, paths, type Said, tokens } from './support.ts'

const document = JSON.parse(await readFile(contractUrl('openfactory'), 'utf8'))
const operations = await loadOperations(document)
const { cases } = await contractCases(contractUrl('openfactory'))
const check = createAnswerCheck(document)

type Way = (factory: Factory) => Promise<Said>

const withOtherLimit =
  (name: string, method: string, path: string, bearer?: string): Way =>
  async ({ settings, ask }) => {
    await settings({ limits: { [name]: { max: 0, windowSeconds: 60 } } })
    return ask(method, path, {}, { ...(bearer !== undefined && { bearer }) })
  }

const charlesTries =
  (method: string, path: string, body?: unknown): Way =>
  ({ ask }) =>
    ask(method, path, body, { bearer: tokens.charles })

const keyTries =
  (key: string, method: string, path: string, body?: unknown): Way =>
  ({ ask }) =>
    ask(method, path, body, { bearer: key })

/** Refusals that no example of a request leads to: those by credentials and limits. */
const ways: Record<string, Way> = {
  'listApiKeys 403': keyTries(keys.pipeline, 'GET', paths.keys),
  'createApiKey 403': keyTries(keys.pipeline, 'POST', paths.keys, {}),
  'deleteApiKey 403': charlesTries('DELETE', `${paths.keys}/${ids.trial}`),
  'createProject 403': keyTries(keys.pipeline, 'POST', paths.projects, {}),
  'inviteMember 403': charlesTries('POST', paths.members, {}),
  'createWorkOrder 403': keyTries(keys.pipeline, 'POST', paths.workOrders, {}),
  'listWorkOrders 403': keyTries(keys.widget, 'GET', paths.workOrders),
  'updateWorkOrder 403': keyTries(keys.widget, 'PATCH', `${paths.workOrders}/${ids.carryMechanism}`, {}),
  'createFeedback 403': keyTries(
    keys.widget,
    'POST',
    paths.feedback.replace(ids.differenceEngine, ids.unknown),
    {},
  ),
  'signUp 429': withOtherLimit('signUp', 'POST', '/api/auth/signup'),
  'signIn 429': withOtherLimit('signIn', 'POST', '/api/auth/signin'),
  'requestPasswordReset 429': withOtherLimit('requestPasswordReset', 'POST', '/api/auth/forgot-password'),
  'confirmPasswordReset 429': withOtherLimit('confirmPasswordReset', 'POST', '/api/auth/reset-password'),
  'createFeedback 429': withOtherLimit('createFeedback', 'POST', paths.feedback, keys.widget),
}

const declared = operations.flatMap((operation) =>
  operation.responses.map(({ code }) => ({ operation, id: String(operation.iid), status: Number(code) })),
)

/** How to bring about a status: by an example, by a way of its own, or as everywhere. */
async function reach(factory: Factory, { operation, id, status }: (typeof declared)[number]): Promise<Said> {
  const { ask, control } = factory
  const way = ways[`${id} ${status}`]
  if (way) return way(factory)
  const example = cases.find((one) => one.operationId === id && one.status === status)
  if (example) {
    const answer = await sendCase(factory, example)
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) }
  }
  const path = operation.path
    .replace('{orgId}', ids.analyticalEngines)
    .replace('{projectId}', ids.differenceEngine)
    .replace('{workOrderId}', ids.carryMechanism)
    .replace('{keyId}', ids.trial)
    .replace('{provider}', 'github')
  const method = operation.method.toUpperCase()
  const send = (body: unknown, headers: Record<string, string>) => ask(method, path, body, { headers })
  if (status === 401) return send(undefined, {})
  if (status === 400) return send('{', credentials(operation))
  if (status === 415) return send('<a/>', { ...credentials(operation), 'content-type': 'application/xml' })
  if (status === 413 && method === 'GET') {
    const { authorization } = credentials(operation)
    const headers = { 'content-length': '65537', ...(authorization !== undefined && { authorization }) }
    return ask(method, path, undefined, { headers })
  }
  if (status === 413) return send(`"${'x'.repeat(65_536)}"`, credentials(operation))
  if (status === 500 || status === 503) {
    await control('faults', { operationId: id, status, times: 1 })
    return send(undefined, {})
  }
  throw new Error(`No way to ${id} ${status}`)
}

describe('every status that the contract declares', () => {
  it.each(declared)('$id: $status', async ({ operation, id, status }) => {
    const factory = await openFactory()
    const { headers, body, ...answer } = await reach(factory, { operation, id, status })
    expect({ status: answer.status, body: answer.status === status ? '' : body }).toEqual({
      status,
      body: '',
    })
    expect(check(operation.path, operation.method, status, body === '' ? '' : JSON.stringify(body))).toEqual(
      [],
    )
    const promised = operation.responses.find(({ code }) => code === String(status))?.headers ?? []
    const missing = promised.filter(({ name, required }) => required && !headers.has(name))
    expect(missing.map(({ name }) => name)).toEqual([])
    expect(factory.lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})
