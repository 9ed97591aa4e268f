import { fileHeader } from './header.ts'

/** Renders `document.ts`, which exports the contract. The build replaces its JSON import with JavaScript. */
export function renderDocument(variant: string): string {
  return `${fileHeader(variant)}
import type { OpenApiDocument } from '../index.ts'
import json from './openapi.json' with { type: 'json' }

/** The contract as one OpenAPI 3.1 document. */
export const document: OpenApiDocument = json
`
}

/** Renders the entry point of a contract, `auth-contracts/contracts/<variant>`. */
export function renderEntry(variant: string): string {
  return `${fileHeader(variant)}
export { document } from './document.ts'
export { routes, schemas, securitySchemes } from './routes.ts'
export type * from './types.ts'
`
}
