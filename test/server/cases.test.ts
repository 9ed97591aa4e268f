import { describe, expect, it } from 'vitest'
import { contractUrl, type VariantName, variantNames } from '../../generated/index.ts'
import { openSandbox } from '../support/sandbox.ts'
import { variants } from '../support/variants.ts'
import { contractCases, describeError, type Setup, type Setups, sendCase, signInAs } from './cases.ts'

/** Rejects common passwords, as production does by default. */
const withoutCommonPasswords: Setup = async (sandbox) => {
  await sandbox.control('settings', { passwords: { refuseCommon: true } })
  return undefined
}

/**
 * Setups of cases that need more than their unchanged request and the seeded data, by `operationId name`. All
 * other cases are sent without a setup.
 */
const setups: Record<VariantName, Setups> = {
  bedrud: {
    'refreshTokens ok': async (sandbox) => {
      const { refreshToken } = await signInAs(sandbox, 'mary.major@example.com')
      return { body: { refreshToken } }
    },
    // The contract does not declare cookies that browsers send by themselves.
    'finishOAuth ok': async () => ({
      headers: { cookie: 'bedrud_oauth_1794b1a988ec=hVXfxZyJ_dXmo3nWYPzkBFH5UoYrGRGq' },
    }),
  },
  bkend: {
    'signUp weakPassword': withoutCommonPasswords,
    'confirmPasswordReset weakPassword': withoutCommonPasswords,
    'changePassword weakPassword': withoutCommonPasswords,
  },
  bondmcp: {},
  openfactory: {
    'signUp weakPassword': withoutCommonPasswords,
    'confirmPasswordReset weakPassword': withoutCommonPasswords,
  },
}

const served = variantNames.filter((variant) => 'behaviour' in variants[variant])
const contracts = await Promise.all(
  served.map(async (variant) => ({ variant, ...(await contractCases(contractUrl(variant))) })),
)

describe.each(contracts)('contract cases of the sandbox of $variant', ({ variant, cases, check }) => {
  it.each(cases)('returns $status from $operationId for the example $name', async (contractCase) => {
    const { operationId, name, operation, status, body, location } = contractCase
    const sandbox = await openSandbox(variant)
    const setup = setups[variant][`${operationId} ${name}`]
    const response = await sendCase(sandbox, contractCase, (await setup?.(sandbox, contractCase)) ?? {})

    const text = await response.text()
    const errors = sandbox.lines.filter(({ level }) => level === 'error').map(({ err }) => String(err))
    expect({ status: response.status, errors, text: response.status === status ? '' : text }).toEqual({
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
    const known = cases.map(({ operationId, name }) => `${operationId} ${name}`)
    expect(Object.keys(setups[variant]).filter((key) => !known.includes(key))).toEqual([])
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
