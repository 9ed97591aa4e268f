import { describe, expect, it } from 'vitest'
import { contractUrl, type VariantName, variantNames } from '../../generated/index.ts'
import { openSandbox } from '../support/sandbox.ts'
import { variants } from '../support/variants.ts'
import { bedrud } from './arrangements/bedrud.ts'
import { bkend } from './arrangements/bkend.ts'
import { bondmcp } from './arrangements/bondmcp.ts'
import { openfactory } from './arrangements/openfactory.ts'
import { type Arrangements, contractCases, sendCase, toldBy } from './cases.ts'

/** What cases need beside their request. A case that is not listed is sent as it stands; none is left out. */
const arrangements: Record<VariantName, Arrangements> = { bedrud, bkend, bondmcp, openfactory }

const served = variantNames.filter((variant) => 'behaviour' in variants[variant])
const contracts = await Promise.all(
  served.map(async (variant) => ({ variant, ...(await contractCases(contractUrl(variant))) })),
)

describe.each(contracts)(
  'the sandbox of $variant answers as its contract says',
  ({ variant, cases, check }) => {
    it.each(cases)('$operationId, $name: $status', async (one) => {
      const { operationId, name, operation, status, body, location } = one
      const sandbox = await openSandbox(variant)
      const arrange = arrangements[variant][`${operationId} ${name}`] ?? arrangements[variant][operationId]
      const answer = await sendCase(sandbox, one, (await arrange?.(sandbox, one)) ?? {})

      const text = await answer.text()
      const faults = sandbox.lines.filter(({ level }) => level === 'error').map(({ err }) => String(err))
      expect({ status: answer.status, faults, text: answer.status === status ? '' : text }).toEqual({
        status,
        faults: [],
        text: '',
      })
      expect(check(operation.path, operation.method, status, text)).toEqual([])
      expect(toldBy(text && JSON.parse(text), answer.headers.get('location'))).toEqual(toldBy(body, location))
      expect(missingHeaders(operation, answer), 'headers that are declared, and missing').toEqual([])
    })

    it('with no arrangement for a case that does not exist', () => {
      const known = cases.flatMap(({ operationId, name }) => [operationId, `${operationId} ${name}`])
      expect(Object.keys(arrangements[variant]).filter((key) => !known.includes(key))).toEqual([])
    })
  },
)

/** Headers that the contract demands of an answer. */
function missingHeaders(
  { responses }: Parameters<typeof sendCase>[1]['operation'],
  { status, headers }: Response,
): string[] {
  const declared = responses.find(({ code }) => code === String(status))?.headers ?? []
  return declared.filter(({ name, required }) => required && !headers.has(name)).map(({ name }) => name)
}
