import { existsSync } from 'node:fs'
import type { Api } from '../../catalog/api.ts'
import { readOnce } from '../../common/read-once.ts'
import { extension, readModules, root } from '../modules.ts'

/** The modules that are imported by name. */
const packages = {
  'auth-contracts/client': {
    path: `src/client/index${extension}`,
    url: () => new URL(`src/client/index${extension}`, root),
  },
  'openapi-fetch': {
    path: 'openapi-fetch.js',
    url: () => new URL(import.meta.resolve('openapi-fetch')),
  },
}

/** The import map of the pages. */
export const imports = (base: string): Record<string, string> =>
  Object.fromEntries(Object.entries(packages).map(([name, { path }]) => [name, base + path]))

/** The path of the module that starts the demo of an API. */
export const entryOf = (variant: string): string => `src/demo/${variant}/demo${extension}`

/** Tells whether an API has a sample app. */
export const hasDemo = ({ name, server }: Api): boolean =>
  server !== undefined && existsSync(new URL(entryOf(name), root))

/**
 * Returns the code of all modules of the demos by their path: those that the demos import, and no others.
 * @throws {Error} if a module imports a package or a file outside the client and the demos
 */
export const loadModules = readOnce<readonly Api[], Map<string, string>>((apis) =>
  readModules(
    apis.filter(hasDemo).map(({ name }) => entryOf(name)),
    (path) => /^src\/(client|demo)\//.test(path),
    packages,
  ),
)
