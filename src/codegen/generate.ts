import { UserError } from '../common/user-error.ts'
import { bundleContract } from './bundle.ts'
import { renderCatalog } from './catalog.ts'
import { type Contract, findContracts, isVariant } from './contracts.ts'
import { nameSchemas } from './names.ts'
import type { Document } from './openapi.ts'
import { downConvert } from './openapi-3.0.ts'
import { renderRoutes } from './routes.ts'
import { renderSchemas } from './schemas.ts'
import { renderTypes } from './types.ts'
import { type Files, publish } from './write-output.ts'

/**
 * Generates everything that follows from the contracts below `contracts` into the folder `out`.
 * @returns the variants' names
 * @throws {UserError} with every broken contract's problems; `out` is then as it was
 */
export async function generate({ contracts, out }: { contracts: string; out: string }): Promise<string[]> {
  const found = await findContracts(contracts)
  const variants = found.map(({ variant }) => variant).filter(isVariant)
  if (variants.length === 0)
    throw new UserError(`${contracts}: no contract here, expected <variant>/openapi.yaml`)
  const documents = await bundleAll(found)
  const rendered = await Promise.all(documents.map(([variant, document]) => renderVariant(variant, document)))
  const files: Files = new Map(rendered.flat())
  await publish(files.set('index.ts', renderCatalog(variants)), out)
  return variants
}

/** All contracts are read before any is refused, so that one run shows what is wrong in each. */
async function bundleAll(contracts: Contract[]): Promise<[variant: string, document: Document][]> {
  const results = await Promise.allSettled(contracts.map(bundleContract))
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason)
  const unexpected = failures.find((failure) => !(failure instanceof UserError))
  if (unexpected) throw unexpected
  if (failures.length > 0) throw new UserError(failures.map(({ message }) => message).join('\n'))
  return results.flatMap((result, index) => {
    const contract = contracts[index]
    return result.status === 'fulfilled' && contract ? [[contract.variant, result.value]] : []
  })
}

async function renderVariant(variant: string, document: Document): Promise<[path: string, text: string][]> {
  const names = nameSchemas(document)
  return [
    [`${variant}/openapi.json`, json(document)],
    // For tools of others, which have no business with a contract of our own.
    ...(isVariant(variant)
      ? [[`${variant}/openapi-3.0.json`, json(downConvert(document))] satisfies [string, string]]
      : []),
    [`${variant}/routes.ts`, renderRoutes(variant, document, names)],
    [`${variant}/schemas.ts`, await renderSchemas(variant, document, names)],
    [`${variant}/types.ts`, await renderTypes(variant, structuredClone(document))],
  ]
}

const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`
