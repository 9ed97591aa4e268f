import { fileHeader } from './header.ts'

/** Renders `index.ts` with the names of the variants and the URLs of their contracts. */
export function renderCatalog(variants: string[]): string {
  return `${fileHeader()}
/** The names of all APIs that have a contract. */
export const variantNames = [${variants.map((name) => `'${name}'`).join(', ')}] as const

export type VariantName = (typeof variantNames)[number]

/** Returns the URL of a contract as one JSON file: OpenAPI 3.1, or 3.0 for tools that need it. */
export const contractUrl = (variant: VariantName, version: '3.1' | '3.0' = '3.1'): URL =>
  new URL(version === '3.1' ? \`./\${variant}/openapi.json\` : \`./\${variant}/openapi-3.0.json\`, import.meta.url)

/** Returns the URL of a collection of example requests, as a file to import into an API client. */
export const collectionUrl = (variant: VariantName, client: 'postman' | 'bruno'): URL =>
  new URL(\`./\${variant}/\${client}.json\`, import.meta.url)

/** The parts of an OpenAPI document that every contract has. */
export interface OpenApiDocument {
  openapi: string
  info: { title: string; version: string; summary?: string; description?: string }
  paths: Record<string, object>
  [field: string]: unknown
}
`
}

/** Renders `variant-routes.ts` with the types of the routes of all variants. */
export function renderVariantRoutes(variants: string[]): string {
  return `${fileHeader()}
/** The routes of each variant. */
export interface VariantRoutes {
${variants.map((name) => `  ${name}: typeof import('./${name}/routes.ts').routes`).join('\n')}
}
`
}
