import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, type VariantName, variantNames } from '../../generated/index.ts'
import { createMock } from '../../src/mock/mock.ts'
import { isRef, resolveRef } from '../../src/openapi/resolve-ref.ts'
import { listen } from '../../src/server/listen.ts'
import { isSlow } from '../support/slow.ts'

const dreddPath = createRequire(import.meta.url).resolve('dredd/bin/dredd')
const hooksPath = fileURLToPath(new URL('hooks.cjs', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auth-contracts-dredd-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('Dredd, as a smoke test of the OpenAPI 3.0 contracts', () => {
  it.each(isSlow ? variantNames : variantNames.slice(0, 1))(
    'confirms every declared response of %s against its mock',
    async (variant) => {
      const document = JSON.parse(await readFile(contractUrl(variant, '3.0'), 'utf8'))
      const mock = await createMock(JSON.parse(await readFile(contractUrl(variant), 'utf8')), {
        log: () => {},
      })
      const { errors, summary } = await dredd(variant, mock.fetch)
      expect(errors).toEqual([])
      const responses = countResponses(document)
      expect(summary).toBe(`${responses} passing, 0 failing, 0 errors, 0 skipped, ${responses} total`)
    },
  )

  it('reports errors for a server that violates the contract', async () => {
    const [variant] = variantNames
    const { errors } = await dredd(variant, () => Response.json({ unexpected: true }))
    expect(errors.length).toBeGreaterThan(10)
  })
})

/** Runs Dredd with a contract against a server. Returns the lines with errors, and the summary. */
async function dredd(variant: VariantName, fetch: (request: Request) => Promise<Response> | Response) {
  const file = join(folder, `${variant}.json`)
  const document = JSON.parse(await readFile(contractUrl(variant, '3.0'), 'utf8'))
  await writeFile(file, JSON.stringify(withInlineParts(document, document)))
  const server = await listen(fetch, { host: '127.0.0.1', port: 0 })
  const args = [dreddPath, file, server.url, '--hookfiles', hooksPath, '--loglevel', 'error', '--no-color']
  // Dredd exits with 1 when it finds errors, and prints the same output either way.
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 }).catch(
    (error) => error,
  )
  await server.close()
  return {
    errors: stdout.match(/^(fail|error): .*$/gm) ?? [],
    summary: /^complete: (.* total)$/m.exec(stdout)?.[1],
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

/** Counts the declared responses of all operations. */
const countResponses = ({ paths }: { paths: Record<string, Record<string, { responses?: object }>> }) =>
  Object.values(paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ responses = {} }) => Object.keys(responses)).length
