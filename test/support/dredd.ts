import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import { isRef, resolveRef } from '../../src/openapi/resolve-ref.ts'

const dreddPath = createRequire(import.meta.url).resolve('dredd/bin/dredd')

/**
 * Runs Dredd with a contract against a server. Returns the lines with errors, and the summary.
 * @param hooks the path of a file with hooks
 * @param env variables for the hooks
 */
export async function runDredd(
  variant: VariantName,
  url: string,
  hooks: string,
  env: Record<string, string> = {},
): Promise<{ errors: string[]; summary: string | undefined }> {
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-dredd-'))
  const file = join(folder, `${variant}.json`)
  const document = JSON.parse(await readFile(contractUrl(variant, '3.0'), 'utf8'))
  await writeFile(file, JSON.stringify(withInlineParts(document, document)))
  // Dredd exits before it has written everything to a pipe.
  const outputFile = join(folder, 'output.txt')
  const output = await open(outputFile, 'w')
  const args = [dreddPath, file, url, '--hookfiles', hooks, '--loglevel', 'error', '--no-color']
  const stdio = ['ignore' as const, output.fd, 'ignore' as const]
  await once(spawn(process.execPath, args, { stdio, env: { ...process.env, ...env } }), 'exit')
  await output.close()
  const text = await readFile(outputFile, 'utf8')
  await rm(folder, { recursive: true })
  return {
    errors: text.match(/^(fail|error): .*$/gm) ?? [],
    summary: /^complete: (.* total)$/m.exec(text)?.[1],
  }
}

/** Inlines all references except to schemas, because Dredd reads a response that statuses share as one. */
function withInlineParts(node: unknown, document: object): unknown {
  if (Array.isArray(node)) return node.map((item) => withInlineParts(item, document))
  if (typeof node !== 'object' || node === null) return node
  if (isRef(node) && !node.$ref.startsWith('#/components/schemas/'))
    return withInlineParts(resolveRef(document, node), document)
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withInlineParts(value, document)]),
  )
}
