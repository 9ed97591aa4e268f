import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Context } from 'hono'

/** The modules are TypeScript in the repository, as this one is, and JavaScript in the package. */
export const extension = extname(import.meta.url)

/** The folder that the paths of modules are relative to. */
export const root = new URL('../../', import.meta.url)

/** A module that is imported by name, and the path at which it is served. */
interface Package {
  path: string
  url: () => URL
}

/**
 * Returns the code of modules and of everything that they import, by their paths.
 * @param entries paths relative to the root
 * @param isServed tells which paths the modules may import
 * @param packages the modules that they import by name
 * @throws {Error} if a module imports anything else
 */
export async function readModules(
  entries: string[],
  isServed: (path: string) => boolean,
  packages: Record<string, Package> = {},
): Promise<Map<string, string>> {
  const modules = new Map<string, string>()
  const urls = new Map(entries.map((path) => [path, new URL(path, root)]))
  // Also visits the imports that are added on the way.
  for (const [path, url] of urls) {
    const code = await readModule(url)
    modules.set(path, code)
    for (const [, target = ''] of code.matchAll(imports)) {
      const imported = packages[target] ?? {
        path: new URL(target, new URL(path, 'file:///')).pathname.slice(1),
        url: () => new URL(target, url),
      }
      if (!packages[target] && !isServed(imported.path))
        throw new Error(`${path} imports ${target}, which its page does not serve.`)
      if (!urls.has(imported.path)) urls.set(imported.path, imported.url())
    }
  }
  return modules
}

/** Other lines that begin with `export` can end in a text, too. */
const imports = /^(?:import |(?:import|export|\}) .*?\bfrom )['"](\S+)['"];?$/gm

/** Sends JavaScript. */
export const sendCode = (c: Context, code: string): Response =>
  c.body(code, 200, {
    'cache-control': 'no-cache',
    'content-type': 'text/javascript; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })

/**
 * Reads a module for the browser. The repository has TypeScript, from which the types are removed; the
 * package has JavaScript.
 */
async function readModule(url: URL): Promise<string> {
  const text = await readFile(url, 'utf8')
  // The package contains no source maps for browsers.
  return url.pathname.endsWith('.ts') ? withoutTypes(text) : text.replace(/^\/\/# sourceMappingURL=.*$/m, '')
}

/** Imported on demand, because older Node versions, which run the package, lack the function. */
async function withoutTypes(text: string): Promise<string> {
  const { stripTypeScriptTypes } = await import('node:module')
  // Node warns on the terminal that the function is experimental.
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(text)
  } finally {
    process.emitWarning = emitWarning
  }
}
