import { walk } from '../contract-files/walk.ts'
import type { Document, Schema } from '../openapi/document.ts'
import { isRef, refName, resolveRef } from '../openapi/resolve-ref.ts'
import { narrowErrorCodes } from './error-codes.ts'
import { isFile, markFiles } from './file-types.ts'
import type { FileStyle } from './header.ts'
import type { GlobalContext, OpenAPI3 } from './openapi-typescript.ts'
import { renderTypeNames } from './type-names.ts'
import { valuesOf } from './zod/json-types.ts'

/** Renders `types.ts` with `paths` and `operations` for openapi-fetch, and a type for each schema. */
export async function renderTypes(
  contract: Document,
  { header }: Pick<FileStyle, 'header'>,
): Promise<string> {
  // A dynamic import, because the TypeScript compiler is large.
  const { astToString, factory, resolveRef, scanDiscriminators, transformSchema } = await import(
    './openapi-typescript.ts'
  )
  const copy = narrowErrorCodes(contract)
  completeMappings(copy)
  markFiles(copy)
  const document = copy as unknown as OpenAPI3
  // Not the main function of openapi-typescript, which rejects documents that its linter does not like.
  const context = {
    ...options,
    injectFooter: [],
    discriminators: scanDiscriminators(document, options),
    transform: (schema: object) => (isFile(schema) ? factory.createTypeReferenceNode('Blob') : undefined),
    resolve: (reference: string) => resolveRef(document, reference, { silent: true }),
  } as unknown as GlobalContext
  return `${header}\n${astToString(transformSchema(document, context))}\n${renderTypeNames(contract)}`
}

const options = {
  ...{ silent: true, emptyObjectsUnknown: true },
  // A request may omit a property that has a default.
  defaultNonNullable: false,
}

/**
 * Adds the mapping of discriminators whose property has its values in the branches. openapi-typescript would
 * replace these values with the names of the branches.
 */
function completeMappings(document: Document): void {
  walk(document, ({ discriminator, oneOf }: Schema) => {
    if (!discriminator || discriminator.mapping || !Array.isArray(oneOf)) return
    discriminator.mapping = Object.fromEntries(
      oneOf.filter(isRef).flatMap((branch) => {
        const property = resolveRef<Schema>(document, branch).properties?.[discriminator.propertyName]
        const values = property === undefined ? undefined : valuesOf(resolveRef(document, property))
        return (values ?? [refName(branch)]).map((value) => [String(value), branch.$ref])
      }),
    )
  })
}
