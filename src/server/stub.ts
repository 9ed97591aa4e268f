import type { VariantName } from '../../generated/index.ts'
import type { VariantRoutes } from '../../generated/variant-routes.ts'
import { type ContractApp, createApp } from '../http/app.ts'
import type { Handlers } from '../http/handlers.ts'
import { variants } from '../variants/index.ts'

/** The handlers that exist so far, by operationId. */
export type StubHandlers<Name extends VariantName> = Partial<Handlers<VariantRoutes[Name]>>

/**
 * Makes a server out of a contract and the handlers that exist so far. All other operations answer 501 in the API's own
 * error shape, and are listed on the console at once.
 * @returns a Hono app
 * @throws {Error} for an unknown API, and for a handler that no operation has
 * @example
 * const app = await createStub('<variant>', {
 *   async signIn({ body }) {
 *     return { status: 200, body: await signIn(body) }
 *   },
 * })
 * serve({ fetch: app.fetch, port: 3000 })
 */
export async function createStub<Name extends VariantName>(
  name: Name,
  handlers: StubHandlers<Name> = {},
): Promise<ContractApp> {
  if (!Object.hasOwn(variants, name))
    throw new Error(`There is no API "${name}". Use one of ${Object.keys(variants).join(', ')}.`)
  const { routes, components, errorResponses, lenientBodies } = await variants[name]()
  const operations = Object.keys(routes)
  const unknown = Object.keys(handlers).find((id) => !operations.includes(id))
  if (unknown)
    throw new Error(`${name} has no operation "${unknown}". Its operations are ${operations.join(', ')}.`)
  const missing = operations.filter((id) => !(id in handlers))
  if (missing.length > 0)
    console.warn(
      `${name}: ${missing.length} of ${operations.length} operations answer 501: ${missing.join(', ')}`,
    )
  return createApp({
    routes: routes as VariantRoutes[Name],
    components,
    handlers,
    errorResponses,
    lenientBodies,
  })
}
