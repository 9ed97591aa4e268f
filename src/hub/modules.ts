import { readFile } from 'node:fs/promises'
import type { Context } from 'hono'

/**
 * Sends a module of a folder to the browser.
 * @param folder the folder of the modules, from which no path leads out
 * @param file the name of the file
 */
export async function sendModule(c: Context, folder: URL, file: string): Promise<Response> {
  const code = /^[\w-]+\.[jt]s$/.test(file) && (await readModule(new URL(file, folder)).catch(() => false))
  return typeof code === 'string' ? sendCode(c, code) : c.notFound()
}

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
export async function readModule(url: URL): Promise<string> {
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
