import type { Operation } from '../contract/contract.ts'
import type { Pack, TestCase } from '../test-case.ts'
import { isWriting } from './base-request.ts'

/** Creates a test of one operation, which changes data if the operation does. */
export function operationTest(
  pack: Pack,
  operation: Operation,
  title: string,
  run: TestCase['run'],
): TestCase {
  return { pack, operationId: operation.id, title, writes: isWriting(operation), run }
}
