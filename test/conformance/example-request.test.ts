import { describe, expect, it } from 'vitest'
import { createContract } from '../../src/conformance/contract/contract.ts'
import { exampleNames, exampleRequest, toRequest } from '../../src/conformance/packs/example-request.ts'
import { createMock } from '../../src/mock/mock.ts'
import type { Document } from '../../src/openapi/document.ts'
import { operationIds, parameterStyles } from '../support/parameter-styles.ts'

const origin = 'http://localhost'

const contractOf = (document: Document) => createContract('styles', document, JSON.stringify(document))

describe('the example request of a contract test', async () => {
  const contract = contractOf(parameterStyles)
  const mock = await createMock(parameterStyles, { log: () => {} })

  it.each(operationIds)('is accepted by the mock with the parameter %s', async (id) => {
    const operation = contract.operations.find((each) => each.id === id) ?? expect.fail()
    const { path, headers = {} } = toRequest(exampleRequest(contract, operation))
    const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])
    const response = await mock.fetch(new Request(origin + path, { headers: pairs }))
    expect([response.status, await response.text()]).toEqual([204, ''])
  })

  it('has the examples of the media type of a parameter, and none that breaks the schema by default', () => {
    const content = {
      'application/json': {
        schema: { type: 'object' },
        examples: { text: { value: 'a' }, ok: { value: { a: 1 } } },
        'x-invalid-examples': { list: { value: [1] } },
      },
    }
    const contract = contractOf({
      ...parameterStyles,
      paths: { '/users': { get: { parameters: [{ name: 'q', in: 'query', required: true, content }] } } },
    })
    const [operation = expect.fail()] = contract.operations
    const queryOf = (name?: string) => exampleRequest(contract, operation, name).query
    expect(exampleNames(operation)).toEqual(['text', 'ok', 'list'])
    expect([queryOf(), queryOf('list')]).toEqual([{ q: '{"a":1}' }, { q: '[1]' }])
  })
})
