import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import type { Document } from '../openapi/document.ts'
import { fileHeader } from './header.ts'

/** Writes `types.ts`: `paths` and `operations` for openapi-fetch, and every schema by its name. */
export async function renderTypes(variant: string, document: Document): Promise<string> {
  const nodes = await openapiTS(document as unknown as OpenAPI3, {
    silent: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    emptyObjectsUnknown: true,
    // A request may omit a member that has a default.
    defaultNonNullable: false,
  })
  return `${fileHeader(variant)}\n${astToString(nodes)}`
}
