import type { Contract, Operation } from '../contract/contract.ts'
import { NotExercisedError, type TestCase } from '../test-case.ts'
import type { Adapter } from '../variants/adapter.ts'
import { alternativeOf, assertHasCredentials } from '../world/credentials.ts'
import { isWriting, prepareBaseRequest } from './base-request.ts'
import { pairedExamples } from './cases.ts'
import { toRequest } from './example-request.ts'

/**
 * Returns a test for each operation without an example of a success. Its request is built from the schemas,
 * so that a server can reject it for good reasons. The checks of every exchange judge the response.
 */
export function inventedCases(contract: Contract, adapter: Adapter | undefined): TestCase[] {
  return contract.operations
    .filter((operation) => !pairedExamples(contract, operation, adapter).some(({ status }) => status < 400))
    .map((operation) => inventedCase(contract, adapter, operation))
}

function inventedCase(contract: Contract, adapter: Adapter | undefined, operation: Operation): TestCase {
  return {
    ...{ pack: 'cases', operationId: operation.id, title: 'a valid request' },
    writes: isWriting(operation),
    async run(probe, stage) {
      const { response } = await probe.send(
        toRequest(await prepareBaseRequest(contract, adapter, operation, stage)),
      )
      if (response.status === 401)
        assertHasCredentials(contract, stage.hooks, alternativeOf(contract, operation, stage.hooks))
      if (response.status >= 400 && response.status < 500)
        throw new NotExercisedError(
          `The server answers ${response.status} to a request that the schemas allow. Add an example that it accepts.`,
        )
    },
  }
}
