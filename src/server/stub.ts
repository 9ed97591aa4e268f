import type { VariantName } from '../../generated/index.ts'
import { type ContractApp, createApp } from '../http/app.ts'
import type { Handlers } from '../http/handlers.ts'
import { allVariants as variants } from '../variants/all.ts'

type RoutesOf<Name extends VariantName> = (typeof variants)[Name]['routes']

/** The handlers of a server that is still growing: any of the variant's operations. */
export type StubHandlers<Name extends VariantName> = Partial<Handlers<RoutesOf<Name>>>

/**
 * Makes a server out of a contract and the handlers that exist so far. All other operations answer 501 in the API's own
 * error shape, and are listed on the console at once.
 * @throws {Error} for a variant that does not exist and for a handler that no operation has
 */
export function createStub<Name extends VariantName>(
  name: Name,
  handlers: StubHandlers<Name> = {},
): ContractApp {
  const variant = variants[name]
  if (!variant)
    throw new Error(`There is no variant "${name}". Use one of ${Object.keys(variants).join(', ')}.`)
  const operations = Object.keys(variant.routes)
  const unknown = Object.keys(handlers).find((id) => !operations.includes(id))
  if (unknown) {
    throw new Error(`${name} has no operation "${unknown}". Its operations are ${operations.join(', ')}.`)
  }
  const missing = operations.filter((id) => !(id in handlers))
  if (missing.length > 0) {
    console.warn(
      `${name}: ${missing.length} of ${operations.length} operations answer 501: ${missing.join(', ')}`,
    )
  }
  const { routes, errorResponses, lenientBodies } = variant
  return createApp<RoutesOf<Name>>({ routes, handlers, errorResponses, lenientBodies })
}
