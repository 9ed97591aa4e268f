import { describe, expect, it, onTestFinished } from 'vitest'
import { createMock } from '../../src/mock/mock.ts'
import { listen } from '../../src/server/listen.ts'
import { generateCode, type LanguageId } from '../../src/snippets/index.ts'
import { parameterStyles as document, operationIds } from '../support/parameter-styles.ts'
import { runnerOf } from './runners.ts'

/** Serves the mock, and records the requests that it does not answer with a success. */
async function serveMock() {
  const mock = await createMock(document, { log: () => {} })
  const rejected: string[] = []
  const { url, close } = await listen(
    async (request) => {
      const response = await mock.fetch(request)
      if (response.status !== 204) rejected.push(`${request.url} ${await response.clone().text()}`)
      return response
    },
    { host: '127.0.0.1', port: 0 },
  )
  onTestFinished(close)
  return { url, rejected }
}

const codeOf = (lang: LanguageId, operationId: string, baseUrl = 'http://localhost:1') =>
  generateCode({ document, variant: 'styles', operationId, lang, baseUrl }).code

describe('the code of an operation', () => {
  it.each(['fetch', 'curl', 'python'] as const)('sends parameters of all styles in %s', async (lang) => {
    const { url, rejected } = await serveMock()
    const run = runnerOf(lang, { usesStandIn: true })
    for (const id of operationIds) await run(codeOf(lang, id, url), {})
    expect(rejected).toEqual([])
  })

  it('sends queries and headers of all styles with the typed client', async () => {
    const { url, rejected } = await serveMock()
    const run = runnerOf('client')
    // Browsers send cookies themselves. The client takes text in paths, and openapi-fetch no objects in headers.
    const ids = operationIds.filter((id) => !/Cookie|objectHeader|^path/.test(id))
    for (const id of ids) await run(codeOf('client', id, url).replace(/^import type .*$/m, ''), {})
    expect(rejected).toEqual([])
  })

  it('says how the typed client writes a query whose style is not its default', () => {
    expect(codeOf('client', 'objectForm')).toContain(`  querySerializer: {
    object: {
      style: "form",
      explode: true,
    },
  },
});`)
    expect(codeOf('client', 'json')).toContain('querySerializer: () => "json=%7B%22age')
    expect(codeOf('client', 'deepObject')).not.toContain('querySerializer')
  })
})
