import { fileHeader } from './header.ts'

/** Writes `document.ts`: the contract as a value. The package holds it as JavaScript, since not every tool imports JSON. */
export function renderDocument(variant: string): string {
  return `${fileHeader(variant)}
import type { OpenApiDocument } from '../index.ts'
import json from './openapi.json' with { type: 'json' }

/** The contract in one OpenAPI 3.1 document. */
export const document: OpenApiDocument = json
`
}

/** Writes `index.ts`: everything about one contract, as `auth-contracts/contracts/<variant>` exports it. */
export function renderEntry(variant: string): string {
  return `${fileHeader(variant)}
export { document } from './document.ts'
export { routes, schemas, securitySchemes } from './routes.ts'
export type * from './types.ts'
`
}
