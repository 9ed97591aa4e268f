import { fileHeader } from './header.ts'

/** Writes `index.ts`: the names of the variants and the URLs of their contracts. Small, because browsers import it too. */
export function renderCatalog(variants: string[]): string {
  return `${fileHeader()}
/** Every API that has a contract. */
export const variantNames = [${variants.map((name) => `'${name}'`).join(', ')}] as const

export type VariantName = (typeof variantNames)[number]

/** Where a variant's contract lies, in one JSON file: as OpenAPI 3.1, or as 3.0 for tools that know no better. */
export const contractUrl = (variant: VariantName, version: '3.1' | '3.0' = '3.1'): URL =>
  new URL(version === '3.1' ? \`./\${variant}/openapi.json\` : \`./\${variant}/openapi-3.0.json\`, import.meta.url)

/** An OpenAPI document, as far as code can rely on it that does not know the contract. */
export interface OpenApiDocument {
  openapi: string
  info: { title: string; version: string; summary?: string; description?: string }
  paths: Record<string, object>
  [member: string]: unknown
}
`
}

/** Writes `variant-routes.ts`: the routes of each variant, as types alone. */
export function renderVariantRoutes(variants: string[]): string {
  return `${fileHeader()}
/** The routes of each variant. */
export interface VariantRoutes {
${variants.map((name) => `  ${name}: typeof import('./${name}/routes.ts').routes`).join('\n')}
}
`
}
