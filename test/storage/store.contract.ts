import { describe } from 'vitest'
import { describeConstraints } from './contract/constraints.ts'
import type { OpenStore } from './contract/harness.ts'
import { describeQueries } from './contract/queries.ts'
import { describeRefusals } from './contract/refusals.ts'
import { describeValues } from './contract/values.ts'
import { describeWrites } from './contract/writes.ts'

/** The store port, as promises that every engine keeps. */
export function describeStore(engine: string, open: OpenStore) {
  describe(`the store in ${engine}`, () => {
    describe('keeps values:', () => describeValues(open))
    describe('answers:', () => describeQueries(open))
    describe('changes:', () => describeWrites(open))
    describe('guards:', () => describeConstraints(open))
    describe('defends:', () => describeRefusals(open))
  })
}
