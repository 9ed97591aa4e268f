import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { factsOf } from '../support/facts.ts'
import { openSandbox } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'
import { contractCases, describeError, sendCase } from './cases.ts'

const contracts = await Promise.all(
  servedNames.map(async (variant) => ({
    variant,
    setups: (await factsOf(variant)).caseSetups ?? {},
    ...(await contractCases(contractUrl(variant))),
  })),
)

describe.each(contracts)('contract cases of the sandbox of $variant', ({ variant, setups, cases, check }) => {
  it.each(cases)('returns $status from $operationId for the example $name', async (contractCase) => {
    const { operationId, name, operation, status, body, location } = contractCase
    const sandbox = await openSandbox(variant)
    const setup = setups[`${operationId} ${name}`] ?? setups[name]
    const response = await sendCase(sandbox, contractCase, (await setup?.(sandbox, contractCase)) ?? {})

    const text = await response.text()
    const errors = sandbox.lines.filter(({ level }) => level === 'error').map(({ err }) => String(err))
    const hint = `caseSetups in test/variants/${variant}/facts.ts can prepare it`
    expect({ status: response.status, errors, text: response.status === status ? '' : text }, hint).toEqual({
      status,
      errors: [],
      text: '',
    })
    expect(check(operation.path, operation.method, status, text)).toEqual([])
    expect(describeError(text && JSON.parse(text), response.headers.get('location'))).toEqual(
      describeError(body, location),
    )
    expect(missingHeaders(operation, response), 'missing required headers').toEqual([])
  })

  it('has no setup for an unknown case', () => {
    const known = cases.flatMap(({ operationId, name }) => [`${operationId} ${name}`, name])
    expect(Object.keys(setups).filter((key) => !known.includes(key))).toEqual([])
  })
})

/** Returns the names of required headers that a response lacks. */
function missingHeaders(
  { responses }: Parameters<typeof sendCase>[1]['operation'],
  { status, headers }: Response,
): string[] {
  const declared = responses.find(({ code }) => code === String(status))?.headers ?? []
  return declared.filter(({ name, required }) => required && !headers.has(name)).map(({ name }) => name)
}
