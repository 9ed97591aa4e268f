import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { openSandbox } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'
import { contractCases, describeError, type RequestOverrides, sendCase, unpairedResponses } from './cases.ts'

/** Malformed requests. The test of the case pack covers the other responses that have no request example. */
const malformed: Record<string, RequestOverrides> = {
  malformedJson: { text: '{' },
  wrongMediaType: { headers: { 'content-type': 'text/plain' } },
  unsupportedMediaType: { headers: { 'content-type': 'text/plain' } },
  // The Content-Length is checked before the body, with any method.
  tooLarge: { headers: { 'content-length': '65537' } },
}

const contracts = await Promise.all(
  servedNames.map(async (variant) => {
    const file = contractUrl(variant)
    const responses = (await unpairedResponses(file)).filter(({ name }) => name in malformed)
    return { variant, responses, check: (await contractCases(file)).check }
  }),
)

describe.each(contracts)('the sandbox of $variant', ({ variant, responses, check }) => {
  it.each(responses)('returns $status from $operationId for the example $name', async (contractCase) => {
    const { operation, name, status, body } = contractCase
    const sandbox = await openSandbox(variant)
    const response = await sendCase(sandbox, contractCase, malformed[name])
    const text = await response.text()
    expect({ status: response.status, text: response.status === status ? '' : text }).toEqual({
      status,
      text: '',
    })
    expect(check(operation.path, operation.method, status, text)).toEqual([])
    const error = describeError(text && JSON.parse(text), undefined)
    expect([name, error]).toEqual([name, describeError(body, undefined)])
  })
})
