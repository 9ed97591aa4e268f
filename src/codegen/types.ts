import { walk } from '../contract-files/walk.ts'
import type { Document, Schema } from '../openapi/document.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { narrowErrorCodes } from './error-codes.ts'
import type { FileStyle } from './header.ts'
import type { GlobalContext, OpenAPI3 } from './openapi-typescript.ts'

/** Renders `types.ts` with `paths` and `operations` for openapi-fetch, and a type for each schema. */
export async function renderTypes(
  contract: Document,
  { header }: Pick<FileStyle, 'header'>,
): Promise<string> {
  // A dynamic import, because the TypeScript compiler is large.
  const { astToString, resolveRef, scanDiscriminators, transformSchema } = await import(
    './openapi-typescript.ts'
  )
  const copy = narrowErrorCodes(contract)
  removeNeedlessDiscriminators(copy)
  const document = copy as unknown as OpenAPI3
  // Not the main function of openapi-typescript, which rejects documents that its linter does not like.
  const context = {
    ...options,
    injectFooter: [],
    discriminators: scanDiscriminators(document, options),
    resolve: (reference: string) => resolveRef(document, reference, { silent: true }),
  } as unknown as GlobalContext
  return `${header}\n${astToString(transformSchema(document, context))}`
}

const options = {
  ...{ silent: true, rootTypes: true, rootTypesNoSchemaPrefix: true, emptyObjectsUnknown: true },
  // A request may omit a property that has a default.
  defaultNonNullable: false,
}

/**
 * Removes the discriminators without a mapping whose property has its values in every branch.
 * openapi-typescript would replace these values with the names of the branches.
 */
function removeNeedlessDiscriminators(document: Document): void {
  walk(document, (node: Schema) => {
    const { discriminator, oneOf } = node
    if (!discriminator || discriminator.mapping || !Array.isArray(oneOf)) return
    const hasValues = (branch: Schema) => {
      const property = resolveRef(document, branch).properties?.[discriminator.propertyName]
      const { enum: values, const: constant } = property ? resolveRef(document, property) : {}
      return values !== undefined || constant !== undefined
    }
    if (oneOf.every(hasValues)) delete node.discriminator
  })
}
