import type { Locate } from '../contract-files/source-location.ts'
import type { Document } from '../openapi/document.ts'
import type { ServedName } from '../variants/index.ts'

/** An API that is mocked, documented and tested: one of this package, or one with a contract of the user. */
export interface Api {
  /** Its name in URLs and commands. */
  name: string
  /** The name of its reference server, if it has one, and thus a sandbox. */
  server?: ServedName
  /** The path of the first server of the contract, without a slash at its end; empty for the root. */
  basePath: string
  /** The languages of the contract, starting with that of its document. */
  languages: readonly string[]
  /** The URL of the contract: one OpenAPI document, or the first file of several. */
  contract: URL
  /** Returns the contract as one OpenAPI 3.1 document, which callers do not change. */
  readDocument: (language?: string) => Promise<Document>
  /** Finds the file and line of a JSON Pointer into the document, for messages about contracts of users. */
  locate?: Locate
  /** Further files for download. */
  downloads: readonly Download[]
  /** Reads a file of `downloads`. Collections are for the sandbox or mock at its default URL. */
  readDownload: (file: Download) => Promise<string>
}

/** OpenAPI 3.0 for older tools, collections of requests for API clients, and the changelog. */
export const downloads = ['openapi-3.0.json', 'postman.json', 'bruno.json', 'CHANGELOG.md'] as const
export type Download = (typeof downloads)[number]

/** The APIs of a process. */
export interface Catalog {
  /** Sorted by name. At least one. */
  apis: readonly Api[]
  names: readonly string[]
  find: (name: string | undefined) => Api | undefined
}

/** Creates the catalog of some APIs. */
export function createCatalog(apis: readonly Api[]): Catalog {
  const sorted = apis.toSorted((first, second) => (first.name < second.name ? -1 : 1))
  const byName = new Map(sorted.map((api) => [api.name, api]))
  return { apis: sorted, names: [...byName.keys()], find: (name = '') => byName.get(name) }
}

/**
 * Returns the path in the hub to which the paths of a contract are appended: that of the sandbox, or else of
 * the mock.
 */
export const defaultServerPath = (api: Api): string =>
  api.server ? `/sandbox/${api.name}${api.basePath}` : mockPath(api)

/** Returns the path of the mock in the hub to which the paths of a contract are appended. */
export const mockPath = ({ name, basePath }: Api): string => `/mock/${name}${basePath}`
