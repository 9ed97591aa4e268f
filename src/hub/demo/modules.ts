import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import type { Api } from '../../catalog/api.ts'
import { readOnce } from '../../common/read-once.ts'
import { readModule } from '../modules.ts'

/** `.ts` in a clone, `.js` in the built package. */
const extension = extname(import.meta.url)
const root = new URL('../../../', import.meta.url)

/** The modules that are imported by name. */
const packages: Record<string, { path: string; url: () => URL }> = {
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
  readModules(apis.filter(hasDemo).map(({ name }) => entryOf(name))),
)

async function readModules(entries: string[]): Promise<Map<string, string>> {
  const modules = new Map<string, string>()
  const urls = new Map(entries.map((path) => [path, new URL(path, root)]))
  // Also visits the imports that are added on the way.
  for (const [path, url] of urls) {
    const code = await readModule(url)
    modules.set(path, code)
    for (const [, target = ''] of code.matchAll(/^(?:import|export|\}) .*?['"](\S+)['"];?$/gm)) {
      const imported = packages[target] ?? {
        path: new URL(target, new URL(path, 'file:///')).pathname.slice(1),
        url: () => new URL(target, url),
      }
      if (!packages[target] && !/^src\/(client|demo)\//.test(imported.path))
        throw new Error(`${path} imports ${target}, which the demos do not serve.`)
      if (!urls.has(imported.path)) urls.set(imported.path, imported.url())
    }
  }
  return modules
}
