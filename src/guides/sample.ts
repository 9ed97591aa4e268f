import { readFile } from 'node:fs/promises'
import { UserError } from '../common/user-error.ts'
import type { Directive } from './directives.ts'
import type { Sample } from './expand-guide.ts'
import type { Guide } from './guide.ts'
import { withSandboxUrl } from './sandbox-url.ts'

/**
 * Reads a program that cannot be generated from the contract, because it calls the browser as well.
 * @throws {UserError} if the API has no such sample
 */
export async function sampleOf(
  variant: Guide['variant'],
  { attributes: { file = '' }, place }: Directive,
  baseUrl: string,
): Promise<Sample> {
  if (!/^[a-z-]+\.ts$/.test(file)) throw new UserError(`${place} needs a file name such as passkeys.ts.`)
  const url = new URL(`../../openapi/${variant}/guides/samples/${file}`, import.meta.url)
  const code = await readFile(url, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UserError(`${place} names the unknown sample ${file}.`)
    throw error
  })
  return { title: 'TypeScript', language: 'typescript', code: withSandboxUrl(code.trim(), baseUrl) }
}
