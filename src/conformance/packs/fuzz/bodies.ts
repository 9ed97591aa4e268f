import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from '../../../openapi/document.ts'
import { mergeSchemas } from '../../../openapi/merge-schemas.ts'
import { isForOtherSide } from '../../../openapi/side.ts'
import type { Contract } from '../../contract/contract.ts'
import { anyValues, valuesOf } from './generators.ts'

/**
 * A change of the body of an example. Fields that are absent stay as in the example, so that the smallest
 * failing request differs from it in little.
 */
export type BodyChange = { fields: Record<string, FieldChange> } | { whole: unknown }

/** Keeps the value of the example, removes the field, or replaces its value. */
type FieldChange = { kind: 'keep' } | { kind: 'remove' } | { kind: 'replace'; value: unknown }

/** Generates bodies that are valid by the schema. */
export function validBody(contract: Contract, schema: Schema): Arbitrary<BodyChange> {
  const { type, properties = {}, required = [], anyOf, oneOf } = mergeSchemas(contract.document, schema)
  if (type !== 'object' || anyOf || oneOf || Object.keys(properties).length === 0)
    return valuesOf(contract, schema).map((whole) => ({ whole }))
  const sent = Object.entries(properties).filter(
    ([, property]) => !isForOtherSide(contract.document, property, 'request'),
  )
  const fields = sent.map(([name, property]) => {
    const values = valuesOf(contract, property)
    return [name, fieldChanges(values, !required.includes(name))] as const
  })
  return fc.record({
    fields: fc.record(Object.fromEntries(fields)) as Arbitrary<Record<string, FieldChange>>,
  })
}

/** Generates bodies with any JSON in the fields of the schema, or instead of the body. */
export function anyBody(contract: Contract, schema: Schema): Arbitrary<BodyChange> {
  const names = fieldNames(contract, schema)
  const fields = Object.fromEntries(names.map((name) => [name, fieldChanges(anyValues(), true)]))
  const whole = fc.record({ whole: anyValues() })
  return names.length === 0
    ? whole
    : fc.oneof(
        {
          weight: 3,
          arbitrary: fc.record({ fields: fc.record(fields) as Arbitrary<Record<string, FieldChange>> }),
        },
        { weight: 1, arbitrary: whole },
      )
}

function fieldNames(contract: Contract, schema: Schema): string[] {
  const { properties = {}, anyOf = [], oneOf = [] } = mergeSchemas(contract.document, schema)
  const nested = [...anyOf, ...oneOf].flatMap((branch) => fieldNames(contract, branch))
  return [...new Set([...Object.keys(properties), ...nested])]
}

function fieldChanges(values: Arbitrary<unknown>, canBeRemoved: boolean): Arbitrary<FieldChange> {
  const keep: Arbitrary<FieldChange> = fc.constant({ kind: 'keep' })
  const remove: Arbitrary<FieldChange> = fc.constant({ kind: 'remove' })
  const replace: Arbitrary<FieldChange> = fc.record({ kind: fc.constant('replace' as const), value: values })
  return fc.oneof(
    // The first is what the others shrink to.
    { withCrossShrink: true },
    { weight: 2, arbitrary: keep },
    { weight: 4, arbitrary: replace },
    ...(canBeRemoved ? [{ weight: 1, arbitrary: remove }] : []),
  )
}

/** Applies a change to the body of an example. */
export function changeBody(body: unknown, change: BodyChange): unknown {
  if ('whole' in change) return change.whole
  const example = (typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {}) as object
  const entries = new Map<string, unknown>(Object.entries(example))
  for (const [name, field] of Object.entries(change.fields)) {
    if (field.kind === 'remove') entries.delete(name)
    if (field.kind === 'replace') entries.set(name, field.value)
  }
  return Object.fromEntries(entries)
}
