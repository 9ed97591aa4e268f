import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import type { Document } from '../openapi/document.ts'
import { narrowErrorCodes } from './error-codes.ts'
import type { FileStyle } from './header.ts'

/** Renders `types.ts` with `paths` and `operations` for openapi-fetch, and a type for each schema. */
export async function renderTypes(
  document: Document,
  { header }: Pick<FileStyle, 'header'>,
): Promise<string> {
  const nodes = await openapiTS(narrowErrorCodes(document) as unknown as OpenAPI3, {
    silent: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    emptyObjectsUnknown: true,
    // A request may omit a property that has a default.
    defaultNonNullable: false,
  })
  return `${header}\n${astToString(nodes)}`
}
