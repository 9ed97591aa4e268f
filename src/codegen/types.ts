import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import type { Document } from '../openapi/document.ts'
import { headerOf } from './header.ts'

/** Writes `types.ts`: `paths` and `operations` for openapi-fetch, and every schema under its own name. */
export async function renderTypes(variant: string, document: Document): Promise<string> {
  const nodes = await openapiTS(document as unknown as OpenAPI3, {
    silent: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    emptyObjectsUnknown: true,
    // A member with a default may be left out of a request.
    defaultNonNullable: false,
  })
  return `${headerOf(variant)}\n${astToString(nodes)}`
}
