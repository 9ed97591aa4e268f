import type { SecurityRequirement } from '../../../openapi/document.ts'
import type { Contract, Operation } from '../../contract/contract.ts'
import type { Exchange, ResponseData } from '../../exchange.ts'
import { NotExercisedError, type Probe, type TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { alternativeOf, assertHasCredentials } from '../../world/credentials.ts'
import type { Stage } from '../../world/stage.ts'
import { prepareBaseRequest } from '../base-request.ts'
import { type RequestParts, toRequest } from '../example-request.ts'

/** The operations of a collection and its items, as far as the contract has them. */
interface Resource {
  create: Operation
  list: Operation | undefined
  read: Operation | undefined
  remove: Operation | undefined
  /** The path parameter of the item. */
  parameter: string
}

/**
 * Returns a test for each collection of the contract: a created item is available, and gone after its
 * deletion. A collection is a path with POST, below which one parameter names an item.
 */
export function resourceCases(contract: Contract, adapter: Adapter | undefined): TestCase[] {
  return resourcesOf(contract).map((resource) => ({
    pack: 'negatives',
    operationId: resource.create.id,
    title: resource.remove
      ? 'a created resource is available until it is deleted'
      : 'a created resource is available',
    writes: true,
    run: (probe, stage) => follow(contract, adapter, resource, probe, stage),
  }))
}

function resourcesOf({ operations }: Contract): Resource[] {
  return operations.flatMap((create): Resource[] => {
    if (create.method !== 'post') return []
    const items = operations.filter(
      ({ path }) =>
        path.startsWith(`${create.path}/`) && /^\/\{[^}]+\}$/.test(path.slice(create.path.length)),
    )
    const of = (method: string) => items.find((item) => item.method === method)
    const [read, remove] = [of('get'), of('delete')]
    const item = read ?? remove
    const list = operations.find(
      ({ path, method, isSafe }) => path === create.path && method === 'get' && isSafe,
    )
    return item
      ? [{ create, list, read, remove, parameter: item.path.slice(create.path.length + 2, -1) }]
      : []
  })
}

async function follow(
  contract: Contract,
  adapter: Adapter | undefined,
  { create, list, read, remove, parameter }: Resource,
  probe: Probe,
  stage: Stage,
): Promise<void> {
  const parts = await prepareBaseRequest(contract, adapter, create, stage)
  const alternative = alternativeOf(contract, create, stage.hooks)
  const created = await probe.send(toRequest(parts))
  if (created.response.status === 401) assertHasCredentials(contract, stage.hooks, alternative)
  if (created.response.status >= 300)
    throw new NotExercisedError(`No resource was created: ${create.id} answered ${created.response.status}.`)
  const id = idIn(created.response, parameter)
  if (id === undefined) throw new NotExercisedError(`The response of ${create.id} has no id.`)

  /** A mock answers every request with its examples. Only a server that invents ids keeps resources. */
  const assertIsStateful = async () => {
    const again = await probe.send(toRequest(await prepareBaseRequest(contract, adapter, create, stage)))
    if (again.response.status < 300 && idIn(again.response, parameter) === id)
      throw new NotExercisedError(`${create.id} returns the same id twice, so that it keeps no resources.`)
  }
  const call = async (operation: Operation): Promise<Exchange> => {
    const own = await prepareBaseRequest(contract, adapter, operation, stage)
    return probe.send(toRequest(withItem(own, { parts, alternative, operation, parameter, id })))
  }
  if (read) {
    const exchange = await call(read)
    if (exchange.response.status >= 400) {
      await assertIsStateful()
      probe.report(
        'ensure_resource_availability',
        exchange,
        `${create.id} created a resource, but ${read.id} answers ${exchange.response.status}.`,
      )
    }
  }
  // A list can have several pages, so that only its first page is searched, and only for what is gone.
  const isListed = list && mentions(await call(list), id)
  if (!remove) return
  const removed = await call(remove)
  if (removed.response.status >= 400) {
    await assertIsStateful()
    probe.report(
      'ensure_resource_availability',
      removed,
      `${create.id} created a resource, but ${remove.id} answers ${removed.response.status}.`,
    )
    return
  }
  const afterFree = async (
    operation: Operation,
    isGone: (exchange: Exchange) => boolean,
    message: string,
  ) => {
    const exchange = await call(operation)
    if (isGone(exchange)) return
    await assertIsStateful()
    probe.report('use_after_free', exchange, message)
  }
  const isRefused = ({ response }: Exchange) => response.status >= 400
  if (read)
    await afterFree(read, isRefused, `${read.id} still returns the resource that ${remove.id} deleted.`)
  if (list && isListed)
    await afterFree(
      list,
      (exchange) => !mentions(exchange, id),
      `${list.id} still lists the resource that ${remove.id} deleted.`,
    )
}

/** Names the created item in the request of another operation, with the credentials that created it. */
function withItem(
  own: RequestParts,
  about: {
    parts: RequestParts
    alternative: SecurityRequirement
    operation: Operation
    parameter: string
    id: string
  },
): RequestParts {
  const { parts, alternative, operation, parameter, id } = about
  const accepts = operation.security.some((each) => JSON.stringify(each) === JSON.stringify(alternative))
  const { 'content-type': _, ...headers } = parts.headers
  return {
    ...own,
    path: { ...own.path, ...parts.path, [parameter]: id },
    headers: accepts ? { ...own.headers, ...headers } : own.headers,
  }
}

const mentions = ({ response }: Exchange, id: string) => response.text.includes(JSON.stringify(id))

/** Finds the id of a created resource: in the body, in an object of the body, or at the end of `Location`. */
function idIn({ body, headers }: ResponseData, parameter: string): string | undefined {
  const names = new Set(['id', simplify(parameter), 'uuid', '_id'].map(simplify))
  const objects = [body, ...Object.values(isObject(body) ? body : {})].filter(isObject)
  for (const object of objects)
    for (const [name, value] of Object.entries(object))
      if (names.has(simplify(name)) && (typeof value === 'string' || typeof value === 'number'))
        return String(value)
  const location = headers.get('location')
  return location === null
    ? undefined
    : decodeURIComponent(location.split(/[?#]/)[0]?.split('/').at(-1) ?? '')
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Spells `key_id` and `keyId` alike. */
const simplify = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '')
