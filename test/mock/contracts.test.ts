import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { contractUrl, variantNames } from '../../generated/index.ts'
import { createMock } from '../../src/mock/mock.ts'
import { exampleNames, examplesOf, loadOperations, type Operation } from '../../src/mock/prism.ts'

import { exampleRequest, requestNames } from './requests.ts'
import { createAnswerCheck } from './schemas.ts'

const contracts = await Promise.all(
  variantNames.map(async (variant) => {
    const document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
    const operations = await loadOperations(document)
    const mock = await createMock(document, { log: () => {} })
    return { variant, mock, operations, check: createAnswerCheck(document) }
  }),
)

describe.each(contracts)('the mock of $variant', ({ mock, operations, check }) => {
  it.each(operations)('gives every declared answer of $iid when it is preferred', async (operation) => {
    for (const { code, example } of declaredAnswers(operation)) {
      const prefer = `code=${code}${example ? `, example=${example}` : ''}`
      const answer = await mock.fetch(exampleRequest(operation, 'ok', { prefer }))
      const problems = check(operation.path, operation.method, answer.status, await answer.clone().text())
      expect
        .soft({ prefer, status: answer.status, problems })
        .toEqual({ prefer, status: Number(code), problems: [] })
      expect.soft(missingHeaders(operation, answer, example), `${prefer}: headers`).toEqual([])
    }
  })

  it.each(operations)('gives dynamic answers of $iid that are as declared', async (operation) => {
    const answer = await mock.fetch(exampleRequest(operation, 'ok', { prefer: 'dynamic=true' }))
    expect(answer.status).toBeLessThan(400)
    expect(check(operation.path, operation.method, answer.status, await answer.text())).toEqual([])
  })

  const withCases = operations.filter((operation) => requestNames(operation).length > 0)
  it.each(withCases)(
    'answers each request example of $iid with the response example of its name',
    async (operation) => {
      for (const name of requestNames(operation)) {
        const answer = await mock.fetch(exampleRequest(operation, name))
        const expected = responseNamed(operation, name)
        expect.soft({ name, status: answer.status }).toEqual({ name, status: expected.status })
        if (expected.body !== undefined) expect.soft(await answer.json(), name).toEqual(expected.body)
      }
    },
  )
})

function declaredAnswers({ responses }: Operation): { code: string; example?: string }[] {
  return responses.flatMap((response) => [
    { code: response.code },
    ...exampleNames(response).map((example) => ({ code: response.code, example })),
  ])
}

/** Headers that a response declares with an example for this answer, and that it does not bear. */
function missingHeaders({ responses }: Operation, answer: Response, example?: string): string[] {
  const declared = responses.find(({ code }) => code === String(answer.status))?.headers ?? []
  return declared
    .filter(({ examples = [] }) => examples.length > 0)
    .filter((header) => {
      const names = examplesOf(header).map(({ key }) => key)
      return header.required || !example || names.length === 0 || names.includes(example)
    })
    .flatMap(({ name }) => (answer.headers.has(name) ? [] : [name]))
}

/** What the contract pairs with a request example; the name may be silent where the success has nothing to show. */
function responseNamed({ responses }: Operation, name: string): { status: number; body?: unknown } {
  const named = responses.find((response) => exampleNames(response).includes(name))
  const silent = responses.find((response) => response.code < '400' && exampleNames(response).length === 0)
  const example = (named?.contents ?? []).flatMap(examplesOf).find(({ key }) => key === name)
  return { status: Number((named ?? silent)?.code), ...(example && { body: example.value }) }
}
