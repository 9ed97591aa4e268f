import { describe, expect, it } from 'vitest'
import { contractUrl, type VariantName, variantNames } from '../../generated/index.ts'
import { openSandbox } from '../support/sandbox.ts'
import { contractCases, describeError, type Setups, sendCase, unpairedResponses } from './cases.ts'
import { bedrud } from './response-setups/bedrud.ts'
import { bkend } from './response-setups/bkend.ts'
import { bondmcp } from './response-setups/bondmcp.ts'
import { common } from './response-setups/common.ts'
import { openfactory } from './response-setups/openfactory.ts'

/** The setups that cause each response, by `operationId name` or by the name alone. */
const setups: Record<VariantName, Setups> = { bedrud, bkend, bondmcp, openfactory }

const contracts = await Promise.all(
  variantNames.map(async (variant) => {
    const file = contractUrl(variant)
    return { variant, responses: await unpairedResponses(file), check: (await contractCases(file)).check }
  }),
)

describe.each(contracts)('declared responses of the sandbox of $variant', ({ variant, responses, check }) => {
  const setupsOfVariant = setups[variant]
  const setupOf = ({ operationId, name }: (typeof responses)[number]) =>
    setupsOfVariant[`${operationId} ${name}`] ?? setupsOfVariant[name] ?? common[name]

  it.each(responses)('returns $status from $operationId for the example $name', async (contractCase) => {
    const { operation, name, status, body } = contractCase
    const setup = setupOf(contractCase)
    // A success needs no setup.
    if (!setup && status >= 300) throw new Error('The case has no setup')
    const sandbox = await openSandbox(variant)
    const response = await sendCase(sandbox, contractCase, (await setup?.(sandbox, contractCase)) ?? {})
    const text = await response.text()
    expect({ status: response.status, text: response.status === status ? '' : text }).toEqual({
      status,
      text: '',
    })
    expect(check(operation.path, operation.method, status, text)).toEqual([])
    const error = describeError(text && JSON.parse(text), undefined)
    // The message can contain the time to wait, which differs from the example.
    if (status === 429) expect(codeOf(error)).toEqual(codeOf(describeError(body, undefined)))
    else expect([name, error]).toEqual([name, describeError(body, undefined)])
  })

  it('has no setup for an unknown response', () => {
    const known = responses.flatMap(({ operationId, name }) => [name, `${operationId} ${name}`])
    expect(Object.keys(setupsOfVariant).filter((key) => !known.includes(key))).toEqual([])
  })
})

const codeOf = ({ body }: ReturnType<typeof describeError>) =>
  typeof body === 'object' && body !== null && 'code' in body ? body.code : body
