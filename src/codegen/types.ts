import type { Document } from '../openapi/document.ts'
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
  const document = narrowErrorCodes(contract) as unknown as OpenAPI3
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
