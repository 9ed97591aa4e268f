import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { createMock } from '../../src/mock/mock.ts'
import { loadOperations, type Operation, responseExampleNames } from '../../src/mock/operation.ts'
import { servedNames } from '../support/served.ts'
import { exampleRequest, requestNames } from './requests.ts'
import { createResponseCheck } from './schemas.ts'

const contracts = await Promise.all(
  servedNames.map(async (variant) => {
    const document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
    const operations = loadOperations(document)
    const mock = await createMock(document, { log: () => {} })
    return { variant, mock, operations, check: createResponseCheck(document) }
  }),
)

describe.each(contracts)('the mock of $variant', ({ mock, operations, check }) => {
  it.each(operations)(
    'returns every declared response of $operationId that Prefer chooses',
    async (operation) => {
      for (const { code, example } of declaredResponses(operation)) {
        const prefer = `code=${code}${example ? `, example=${example}` : ''}`
        const response = await mock.fetch(exampleRequest(operation, 'ok', { prefer }))
        const problems = check(
          operation.path,
          operation.method,
          response.status,
          await response.clone().text(),
        )
        expect
          .soft({ prefer, status: response.status, problems })
          .toEqual({ prefer, status: Number(code), problems: [] })
        expect.soft(missingHeaders(operation, response, example), `${prefer}: headers`).toEqual([])
      }
    },
  )

  it.each(operations)('returns valid dynamic responses of $operationId', async (operation) => {
    const response = await mock.fetch(exampleRequest(operation, 'ok', { prefer: 'dynamic=true' }))
    expect(response.status).toBeLessThan(400)
    expect(check(operation.path, operation.method, response.status, await response.text())).toEqual([])
  })

  const withCases = operations.filter((operation) => requestNames(operation).length > 0)
  it.each(withCases)(
    'responds to each request example of $operationId with the response example of the same name',
    async (operation) => {
      for (const name of requestNames(operation)) {
        const response = await mock.fetch(exampleRequest(operation, name))
        const expected = responseNamed(operation, name)
        expect.soft({ name, status: response.status }).toEqual({ name, status: expected.status })
        if (expected.body !== undefined) expect.soft(await response.json(), name).toEqual(expected.body)
      }
    },
  )
})

function declaredResponses({ responses }: Operation): { code: string; example?: string }[] {
  return responses.flatMap((response) => [
    { code: response.code },
    ...responseExampleNames(response).map((example) => ({ code: response.code, example })),
  ])
}

/** Lists headers that the contract declares with an example for this response, but that are missing. */
function missingHeaders({ responses }: Operation, response: Response, example?: string): string[] {
  const declared = responses.find(({ code }) => code === String(response.status))?.headers ?? []
  return declared
    .filter(({ examples }) => examples.length > 0)
    .filter((header) => {
      const names = header.examples.map(({ name }) => name)
      return header.required || !example || names.includes(example)
    })
    .flatMap(({ name }) => (response.headers.has(name) ? [] : [name]))
}

/** Returns the response for a request example. A success without examples belongs to every other name. */
function responseNamed({ responses }: Operation, name: string): { status: number; body?: unknown } {
  const named = responses.find((response) => responseExampleNames(response).includes(name))
  const withoutExamples = responses.find(
    (response) => response.code < '400' && responseExampleNames(response).length === 0,
  )
  const example = (named?.contents ?? [])
    .flatMap(({ examples }) => examples)
    .find((each) => each.name === name)
  return { status: Number((named ?? withoutExamples)?.code), ...(example && { body: example.value }) }
}
