import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { describeFsError } from '../common/fs-error.ts'
import { UserError } from '../common/user-error.ts'
import type { Download } from './download.ts'

/** A file of a contract. */
export interface SourceFile {
  /** The path or URL to show. */
  name: string
  /** The URL that served it after redirects: the base of its references. */
  url: URL
  text: string
  content: unknown
}

/** Converts a path or a URL on the command line to a URL. */
export const toUrl = (source: string | URL): URL =>
  source instanceof URL
    ? source
    : /^(https?|file):\/\//i.test(source)
      ? new URL(source)
      : pathToFileURL(resolve(source))

/**
 * Reads a file or URL as JSON or YAML.
 * @param options.name the name to show in messages
 * @param options.base the file that refers to it, if there is one
 * @throws {UserError} if it cannot be read or parsed
 */
export async function readFileOrUrl(
  url: URL,
  { name, base, download }: { name: string; base?: URL | undefined; download: Download },
): Promise<SourceFile> {
  const file =
    url.protocol === 'file:' ? { text: await readText(url, name), url } : await download(url, name, base)
  if (/^\s*</.test(file.text))
    throw new UserError(`${name} is HTML or XML, not an OpenAPI document. Pass the JSON or YAML file.`)
  return { name, ...file, content: separate(parseText(file.text, name), name) }
}

function parseText(text: string, name: string): unknown {
  try {
    return parse(text, { merge: true })
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0]?.replace(/[:.]$/, '')
    throw new UserError(`${name} is neither JSON nor YAML: ${reason}.`, { cause: error })
  }
}

/** Copies nodes that YAML aliases share, because contracts are changed in place. */
function separate(content: unknown, name: string): unknown {
  try {
    return content === undefined ? undefined : JSON.parse(JSON.stringify(content))
  } catch (error) {
    throw new UserError(
      `${name} has a YAML alias inside the anchor that it refers to. Write a $ref instead.`,
      {
        cause: error,
      },
    )
  }
}

async function readText(url: URL, name: string): Promise<string> {
  try {
    return await readFile(fileURLToPath(url), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const message =
      code === 'EISDIR'
        ? `${name} is a folder. Pass the file of the contract, such as ${name}/openapi.yaml.`
        : describeFsError(error, name)
    throw new UserError(message ?? `${name} cannot be read: ${(error as Error).message}.`, { cause: error })
  }
}
