import { describe } from 'vitest'
import { describeConstraints } from './contract/constraints.ts'
import type { OpenStore } from './contract/harness.ts'
import { describeInvalidArguments } from './contract/invalid-arguments.ts'
import { describeQueries } from './contract/queries.ts'
import { describeRequirements } from './contract/requirements.ts'
import { describeValues } from './contract/values.ts'
import { describeWrites } from './contract/writes.ts'

/** Contract tests of the store port, which every engine must pass. */
export function describeStore(engine: string, open: OpenStore) {
  describe(`the store in ${engine}`, () => {
    describe('values', () => describeValues(open))
    describe('queries', () => describeQueries(open))
    describe('writes', () => describeWrites(open))
    describe('requirements', () => describeRequirements(open))
    describe('constraints', () => describeConstraints(open))
    describe('invalid arguments', () => describeInvalidArguments(open))
  })
}
