import type { VariantName } from '../../generated/index.ts'
import type { VariantRoutes } from '../../generated/variant-routes.ts'
import { type ContractApp, createApp } from '../http/app.ts'
import type { Handlers } from '../http/handlers.ts'
import { variants } from '../variants/index.ts'
import { assertVariantName } from './variant-name.ts'

/** The handlers that exist so far, by operationId. */
export type StubHandlers<Name extends VariantName> = Partial<Handlers<VariantRoutes[Name]>>

/**
 * Creates a server from a contract and the handlers that you have written so far. Requests are validated
 * against the contract, and so are the replies of handlers. Operations without a handler respond with 501
 * in the API's own error shape, and are listed on the console.
 * @param name the name of the API
 * @param handlers functions by operationId; none by default
 * @returns a Hono app
 * @throws {UserError} when the API is unknown
 * @throws {Error} when the operationId of a handler is unknown
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
  assertVariantName(name)
  const { routes, components, errorResponses, lenientBodies } = await variants[name]()
  const operations = Object.keys(routes)
  const unknown = Object.keys(handlers).find((id) => !operations.includes(id))
  if (unknown)
    throw new Error(`${name} has no operation "${unknown}". Its operations are ${operations.join(', ')}.`)
  const missing = operations.filter((id) => !(id in handlers))
  if (missing.length > 0)
    console.warn(
      `${name}: ${missing.length} of ${operations.length} operations respond with 501: ${missing.join(', ')}`,
    )
  return createApp({
    routes: routes as VariantRoutes[Name],
    components,
    handlers,
    errorResponses,
    lenientBodies,
  })
}
