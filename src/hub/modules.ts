import { readFile } from 'node:fs/promises'
import type { Context } from 'hono'
import { notFound } from './not-found.ts'

/**
 * Sends a module to the browser. The repository has TypeScript, from which the types are removed; the package
 * has JavaScript.
 * @param folder the folder of the modules, from which no path leads out
 * @param file the name of the file
 */
export async function sendModule(c: Context, folder: URL, file: string): Promise<Response> {
  const text =
    /^[\w-]+\.[jt]s$/.test(file) && (await readFile(new URL(file, folder), 'utf8').catch(() => false))
  if (typeof text !== 'string') return notFound(c)
  // The package contains no source maps for browsers.
  const code = file.endsWith('.ts')
    ? await withoutTypes(text)
    : text.replace(/^\/\/# sourceMappingURL=.*$/m, '')
  return c.body(code, 200, {
    'cache-control': 'no-cache',
    'content-type': 'text/javascript; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })
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
