import type { Api } from '../../catalog/api.ts'
import { hideCredentials } from '../../common/base-url.ts'
import { throwUnknown } from '../../common/unknown-name.ts'
import { UserError } from '../../common/user-error.ts'
import { contractOf } from '../contract.ts'
import { assertUpstreamUrl, type Learned, type Route, routes, type Upstreams } from './upstreams.ts'

/** The upstream of an API for readers, without credentials. */
export interface UpstreamState {
  /** The name of the API. */
  api: string
  url: string | null
  operations: {
    operationId: string
    method: string
    path: string
    route: Route
    /** Whether the upstream implements the operation; null before the first call with the route `auto`. */
    learned: Learned | null
  }[]
}

/** Describes the upstream of an API and the routes of all operations. */
export async function describeUpstream(upstreams: Upstreams, api: Api): Promise<UpstreamState> {
  const upstream = upstreams.find(api)
  const { operations } = await contractOf(api)
  return {
    api: api.name,
    url: upstream ? hideCredentials(upstream.url) : null,
    operations: operations.map(({ id, method, path }) => ({
      operationId: id,
      method: method.toUpperCase(),
      path,
      route: upstreams.routeOf(api, id),
      learned: upstream?.learnedOf(id) ?? null,
    })),
  }
}

/**
 * Changes the upstream of an API. Applies either all changes or none.
 * @param change `url`, null to remove it, and `routes` by operationId; what is missing stays (RFC 7396)
 * @param ownUrls the URLs of the hub
 * @throws {UserError} if a value is invalid
 */
export async function changeUpstream(
  upstreams: Upstreams,
  api: Api,
  change: unknown,
  ownUrls: readonly string[],
): Promise<void> {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) throw invalidChange()
  const { url, routes: changed = {}, ...others } = change as Record<string, unknown>
  if (Object.keys(others).length > 0) throw invalidChange()
  if (typeof url === 'string') assertUpstreamUrl(url, `"${hideCredentials(url)}"`, ownUrls)
  else if (url !== undefined && url !== null) throw invalidChange()
  const newRoutes = readRoutes(
    changed,
    (await contractOf(api)).operations.map(({ id }) => id),
  )
  if (url !== undefined) upstreams.setUrl(api, url)
  for (const [operationId, route] of newRoutes) upstreams.setRoute(api, operationId, route)
}

function readRoutes(changed: unknown, operationIds: string[]): [operationId: string, route: Route][] {
  if (typeof changed !== 'object' || changed === null || Array.isArray(changed)) throw invalidChange()
  return Object.entries(changed).map(([operationId, value]) => {
    if (!operationIds.includes(operationId)) throwUnknown('operation', operationId, operationIds)
    const route = routes.find((name) => name === value) ?? throwUnknown('route', String(value), routes)
    return [operationId, route]
  })
}

const invalidChange = () =>
  new UserError(
    'Send a JSON object with "url" (a string, or null to remove it), "routes" (operationId to "auto", "upstream" or "local"), or both.',
  )
