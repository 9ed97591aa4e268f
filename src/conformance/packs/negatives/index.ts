import type { Contract } from '../../contract/contract.ts'
import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { createBaseRequests } from '../base-request.ts'
import { ignoredAuth } from './auth.ts'
import { invalidData } from './data.ts'
import { unknownPath, wrongMethods } from './methods.ts'
import { invalidProtocol } from './protocol.ts'
import { resourceCases } from './resources.ts'

/**
 * Returns the negative tests of a contract: for each constraint one request that violates nothing else. The
 * set depends on the contract only, so that two runs are comparable.
 */
export function negativeCases(contract: Contract, adapter: Adapter | undefined): TestCase[] {
  const base = createBaseRequests(contract, adapter)
  return [
    ...contract.operations.flatMap((operation) => [
      ...invalidData(contract, operation, base),
      ...invalidProtocol(contract, operation, base),
      ...ignoredAuth(contract, operation, base),
    ]),
    ...wrongMethods(contract, base),
    ...unknownPath(contract),
    ...resourceCases(contract, adapter),
  ]
}
