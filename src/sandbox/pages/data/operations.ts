import type { Route } from '../../../http/handlers.ts'
import type { ManagedApiKeys } from '../../../variants/sandbox-data.ts'
import type { ServedVariant } from '../../../variants/variant.ts'

/** Operations of an API that the page of the data calls as the chosen user. */
export interface SignedInOperations {
  /** The path of an operation for signed-in users, for an example. */
  examplePath: string | undefined
  /** Undefined if users of the API manage no API keys. */
  apiKeys: ApiKeyOperations | undefined
}

/** Paths relative to the base URL, which may contain `{orgId}` and the id of a key. */
interface ApiKeyOperations extends ManagedApiKeys {
  list: string
  create: string
  delete: string
}

/** Finds the operations in the contract of an API. */
export function signedInOperations(
  { routes, components }: Pick<ServedVariant, 'routes' | 'components'>,
  managed: ManagedApiKeys | undefined,
): SignedInOperations {
  const isBearer = (name: string) => 'scheme' in (components.securitySchemes[name] ?? {})
  const needsToken = ({ security = [] }: Route) =>
    security.some((requirement) => Object.keys(requirement).some(isBearer))
  const example = Object.values(routes).find(
    (route) => route.method === 'get' && !route.path.includes('{') && needsToken(route),
  )
  const [list, create, remove] = [routes.listApiKeys, routes.createApiKey, routes.deleteApiKey]
  return {
    examplePath: example?.path,
    apiKeys:
      managed && list && create && remove
        ? { ...managed, list: list.path, create: create.path, delete: remove.path }
        : undefined,
  }
}
