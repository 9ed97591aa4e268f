import fc from 'fast-check'
import type { Schema } from '../../openapi/document.ts'
import { sampleValue } from '../../openapi/sample.ts'
import type { Contract, Located } from '../contract/contract.ts'
import { valuesOf } from './fuzz/generators.ts'

const samples = new WeakMap<Schema, unknown>()

/**
 * Returns a small value that a client can send. Keywords that the sample does not satisfy together are left
 * to the generator of the fuzz tests.
 * @returns the same value each time; it can be invalid if the schema is unusual or contradicts itself
 */
export function sampleOf(contract: Contract, { node, pointer }: Located<Schema>): unknown {
  if (samples.has(node)) return samples.get(node)
  const isValid = (value: unknown) => contract.checkSchema(pointer, value).length === 0
  const sample = sampleValue(contract.document, node, { side: 'request', size: 'required', isValid })
  const found = isValid(sample)
    ? sample
    : (fc.sample(valuesOf(contract, node), { seed: 1, numRuns: 50 }).find(isValid) ?? sample)
  samples.set(node, found)
  return found
}
