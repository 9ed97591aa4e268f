import fc, { type Arbitrary } from 'fast-check'
import type { Parameter, Schema } from '../../../openapi/document.ts'
import {
  type Contract,
  type Located,
  mediaTypeOf,
  type Operation,
  schemaOf,
} from '../../contract/contract.ts'
import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { type BaseRequests, createBaseRequests, reaches, staticBaseRequest } from '../base-request.ts'
import { type RequestParts, toRequest } from '../example-request.ts'
import { operationTest } from '../operation-test.ts'
import { isSendableValue, withParameterValue } from '../request-changes.ts'
import { anyBody, type BodyChange, changeBody, validBody } from './bodies.ts'
import { combinedExamples } from './combinations.ts'
import { valuesOf } from './generators.ts'
import { preferring } from './preferring.ts'
import { findSmallest } from './smallest.ts'
import { awkwardTexts } from './texts.ts'

export interface FuzzOptions {
  /** Seeds all random data. */
  seed: number
  /** The number of requests per operation and kind. */
  runs?: number
}

/**
 * Returns tests with generated requests: valid by the schema, arbitrary, and with the values of the examples
 * combined. Generated data can be rejected for good reasons, so that only the checks of every exchange apply.
 */
export function fuzzCases(
  contract: Contract,
  adapter: Adapter | undefined,
  { seed, runs = 25 }: FuzzOptions,
): TestCase[] {
  const base = createBaseRequests(contract, adapter)
  return contract.operations.flatMap((operation) => [
    ...generatedRequests(contract, operation, base, {
      ...{ title: 'requests that are valid by the schema', seed, runs },
      body: (schema) => validBody(contract, schema),
      parameter: (parameter) => valuesOf(contract, schemaOf(parameter)?.node ?? {}),
    }),
    ...generatedRequests(contract, operation, base, {
      ...{ title: 'arbitrary requests', seed, runs },
      body: (schema) => anyBody(contract, schema),
      parameter: ({ node: { in: location } }) =>
        location === 'header' || location === 'cookie'
          ? fc.string({ unit: 'grapheme-ascii', maxLength: 200 })
          : fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), awkwardTexts),
    }),
    ...combinedExamples(contract, operation, base),
  ])
}

interface Kind extends Required<FuzzOptions> {
  title: string
  body: (schema: Schema) => Arbitrary<BodyChange>
  parameter: (parameter: Located<Parameter>) => Arbitrary<unknown>
}

/** The generated parts of a request. The others stay as in the example. */
interface Input {
  body?: BodyChange
  parameters?: Record<string, unknown>
}

function generatedRequests(
  contract: Contract,
  operation: Operation,
  base: BaseRequests,
  { title, seed, runs, body, parameter }: Kind,
): TestCase[] {
  const schema = operation.body && mediaTypeOf(operation.body)?.node.schema
  const { parameters } = operation
  if (!schema && parameters.length === 0) return []
  const change =
    (input: Input) =>
    (parts: RequestParts): RequestParts =>
      parameters.reduce(
        (changed, { node }) => {
          const value = input.parameters?.[`${node.in} ${node.name}`]
          return value !== undefined && isSendableValue(node, value)
            ? withParameterValue(changed, node, value)
            : changed
        },
        input.body ? { ...parts, body: changeBody(parts.body, input.body) } : parts,
      )
  return [
    operationTest('fuzz', operation, title, async (probe, stage) => {
      const example = staticBaseRequest(contract, operation)
      const inputs = fc.record({
        ...(schema && { body: body(schema) }),
        ...(parameters.length > 0 && { parameters: parameterValues(parameters, parameter) }),
      }) as Arbitrary<Input>
      const isReaching = (input: Input) => reaches(contract, operation, toRequest(change(input)(example)))
      await findSmallest(
        probe,
        { inputs: preferring(inputs, isReaching), seed, name: `${operation.id} ${title}`, runs },
        (input, send) =>
          base.send(operation, stage, change(input), { send, expects401: true, isReused: true }),
      )
    }),
  ]
}

/** Generates some of the parameters. A parameter that is absent stays as in the example. */
function parameterValues(
  parameters: Located<Parameter>[],
  generate: Kind['parameter'],
): Arbitrary<Record<string, unknown>> {
  const entries = parameters.map((parameter) => {
    const { node } = parameter
    const values = preferring(generate(parameter), (value) => isSendableValue(node, value))
    return [`${node.in} ${node.name}`, values] as const
  })
  return fc.record(Object.fromEntries(entries), { requiredKeys: [] }) as Arbitrary<Record<string, unknown>>
}
