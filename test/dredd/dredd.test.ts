import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import { createMock } from '../../src/mock/mock.ts'
import { listen } from '../../src/server/listen.ts'
import { runDredd } from '../support/dredd.ts'
import { servedNames } from '../support/served.ts'
import { isSlow } from '../support/slow.ts'

const hooksPath = fileURLToPath(new URL('hooks.cjs', import.meta.url))

describe('Dredd, as a smoke test of the OpenAPI 3.0 contracts', () => {
  it.each(isSlow ? servedNames : servedNames.slice(0, 1))(
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
    const [variant] = servedNames
    const { errors } = await dredd(variant, () => Response.json({ unexpected: true }))
    expect(errors.length).toBeGreaterThan(10)
  })
})

/** Runs Dredd with a contract against the server of a function. */
async function dredd(variant: VariantName, fetch: (request: Request) => Promise<Response> | Response) {
  const server = await listen(fetch, { host: '127.0.0.1', port: 0 })
  const result = await runDredd(variant, server.url, hooksPath)
  await server.close()
  return result
}

/** Counts the declared responses of all operations. */
const countResponses = ({ paths }: { paths: Record<string, Record<string, { responses?: object }>> }) =>
  Object.values(paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ responses = {} }) => Object.keys(responses)).length
