import { fileHeader } from './header.ts'

/** A variant, and what the catalog says about it. */
interface CatalogEntry {
  variant: string
  basePath: string
  languages: string[]
  isServed: boolean
}

/** Renders `index.ts` with the names of the variants and the URLs of their contracts. */
export function renderCatalog(entries: CatalogEntry[]): string {
  const served = entries.filter(({ isServed }) => isServed)
  return `${fileHeader()}
/** The names of all APIs that have a contract. */
export const variantNames = [${listOf(entries.map(({ variant }) => variant))}] as const

export type VariantName = (typeof variantNames)[number]

/** The names of the APIs with a server, for each of which the package has a typed client. */
export const clientNames: readonly string[] = [${listOf(served.map(({ variant }) => variant))}]

/** Returns the URL of a contract as one JSON file: OpenAPI 3.1, or 3.0 for tools that need it. */
export const contractUrl = (variant: VariantName, version: '3.1' | '3.0' = '3.1'): URL =>
  new URL(version === '3.1' ? \`./\${variant}/openapi.json\` : \`./\${variant}/openapi-3.0.json\`, import.meta.url)

/** The languages that each contract is translated into, apart from English. */
export const translations: Record<VariantName, readonly string[]> = {
${entries.map(({ variant, languages }) => `  ${variant}: [${listOf(languages)}],`).join('\n')}
}

/** Returns the URL of a contract with its texts in one of the languages of \`translations\`, as OpenAPI 3.1. */
export const translationUrl = (variant: VariantName, language: string): URL =>
  new URL(\`./\${variant}/openapi.\${language}.json\`, import.meta.url)

/** The path of the first server of each contract, without a slash at its end. */
export const basePaths: Record<VariantName, string> = {
${entries.map(({ variant, basePath }) => `  ${variant}: '${basePath}',`).join('\n')}
}

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

/** Renders `variant-routes.ts`, which loads the routes of each variant. */
export function renderVariantRoutes(variants: string[]): string {
  return `${fileHeader()}
/** Loads the routes of each variant, which takes time and memory. */
export const routeModules = {
${variants.map((name) => `  ${name}: () => import('./${name}/routes.ts'),`).join('\n')}
}

/** The routes of each variant. */
export interface VariantRoutes {
${variants.map((name) => `  ${name}: typeof import('./${name}/routes.ts').routes`).join('\n')}
}
`
}

/** Renders `documents.ts`, which loads the contracts without a file system. */
export function renderDocuments(variants: string[]): string {
  return `${fileHeader()}
import type { OpenApiDocument, VariantName } from './index.ts'

/** Loads the contract of an API as a module, on any platform. A bundler puts each into a separate file. */
export const documents: Record<VariantName, () => Promise<OpenApiDocument>> = {
${variants.map((name) => `  ${name}: async () => (await import('./${name}/document.ts')).document,`).join('\n')}
}
`
}

const listOf = (names: string[]): string => names.map((name) => `'${name}'`).join(', ')
