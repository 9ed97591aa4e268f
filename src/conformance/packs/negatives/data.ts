import type { Parameter } from '../../../openapi/document.ts'
import { hasFields, isJson } from '../../../openapi/media-type.ts'
import { mergeSchemas } from '../../../openapi/merge-schemas.ts'
import { type Contract, type Located, mediaTypeOf, type Operation } from '../../contract/contract.ts'
import type { SchemaViolation } from '../../contract/schema-check.ts'
import type { CheckName } from '../../finding.ts'
import type { TestCase } from '../../test-case.ts'
import { type BaseRequests, bodyExamples, reaches, staticBaseRequest } from '../base-request.ts'
import { type RequestParts, toRequest } from '../example-request.ts'
import { operationTest } from '../operation-test.ts'
import { isSendable, withParameter } from '../request-changes.ts'
import { judgeRejection, rejectionStatuses } from './expected-status.ts'
import { violationsOfKeywords } from './keyword-violations.ts'
import {
  partsOf,
  replaceAt,
  type SchemaMutation,
  schemaMutations,
  typedParameter,
} from './schema-mutations.ts'

/** One change of a valid request that violates a schema. */
interface Mutation {
  title: string
  check: CheckName
  violation: SchemaViolation
  isLenient?: boolean
  change: (parts: RequestParts) => RequestParts
}

/** Returns one test for each constraint on the body and the parameters of an operation. */
export function invalidData(contract: Contract, operation: Operation, base: BaseRequests): TestCase[] {
  const statusesFor = rejectionStatuses(contract, operation)
  const mutations = [...bodyMutations(contract, operation), ...parameterMutations(contract, operation)]
  const ranks = rank(mutations)
  return mutations.map((mutation) => {
    const { title, check, violation, change, isLenient = false } = mutation
    const test = operationTest('negatives', operation, title, async (probe, stage) => {
      const exchange = await base.send(operation, stage, change, { send: probe.send })
      judgeRejection(stage, probe, exchange, {
        ...{ title, check, violation },
        statuses: statusesFor(violation),
        isLenient,
      })
    })
    return { ...test, rank: ranks.get(mutation) ?? 0 }
  })
}

/** Ranks one constraint of each field before the second of any, and fields before the fields in them. */
function rank(mutations: Mutation[]): Map<Mutation, number> {
  const fields = Map.groupBy(mutations, ({ title }) => title.slice(0, title.lastIndexOf(': ')))
  const depthOf = ({ title }: Mutation) => title.split('.').length
  const rounds = [...fields.values()].flatMap((group) =>
    group.map((mutation, round) => ({ mutation, round, depth: depthOf(mutation) })),
  )
  const ordered = rounds.toSorted((a, b) => a.round - b.round || a.depth - b.depth)
  return new Map(ordered.map(({ mutation }, index) => [mutation, index]))
}

/** An operation with an optional body and no status for an invalid one ignores it. */
export function ignoresBody({ body, responses }: Operation): boolean {
  const rejections = ['400', '415', '422', '4XX', 'default']
  return body?.node.required !== true && !rejections.some((status) => responses.has(status))
}

/** Changes each valid example, because an optional field or a branch of a union is in some of them only. */
function bodyMutations(contract: Contract, operation: Operation): Mutation[] {
  const media = operation.body && mediaTypeOf(operation.body)
  const schema = media?.node.schema
  if (!media || !schema) return []
  const located = { node: schema, pointer: `${media.pointer}/schema` }
  const first = staticBaseRequest(contract, operation).body
  const valid = [first, ...bodyExamples(contract, operation)].filter(
    (body) => contract.checkSchema(located.pointer, body).length === 0,
  )
  const takesJson = isJson(media.type)
  if (!takesJson && !hasFields(media.type)) return []
  const mutations = valid.flatMap((body) =>
    schemaMutations(contract, located, body)
      .filter((mutation) => takesJson || isSendableInForm(mutation))
      // A form without fields is no body at all.
      .filter(
        ({ path, value }) =>
          takesJson || operation.body?.node.required || !isEmpty(replaceAt(body, path, value)),
      )
      .map(({ title, path, value, violation }): Mutation => {
        const change = (parts: RequestParts) => ({
          ...parts,
          body: replaceAt(body === first ? parts.body : body, path, value),
        })
        const isLenient = ignoresBody(operation)
        return { title, violation, isLenient, check: 'negative_data_rejection', change }
      }),
  )
  return uniqueTitles(mutations)
}

/** In a form, every value is text, and a list of one item looks like the item. */
function isSendableInForm({ path, value, violation }: SchemaMutation): boolean {
  if (path.length > 1) return false
  if (path.length === 0) return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (violation.pointer.endsWith('/type'))
    return typeof value === 'string' && /^must be (?:integer|number|boolean)$/.test(violation.message)
  return typeof value !== 'object'
}

const isEmpty = (body: unknown) => Object.keys(Object(body)).length === 0

const uniqueTitles = (mutations: Mutation[]) =>
  [...new Map(mutations.toReversed().map((mutation) => [mutation.title, mutation])).values()].toReversed()

function parameterMutations(contract: Contract, operation: Operation): Mutation[] {
  return uniqueTitles(
    operation.parameters.flatMap((parameter) => [
      ...missingParameter(contract, parameter),
      ...invalidParameter(contract, operation, parameter),
    ]),
  )
}

function missingParameter(contract: Contract, { node, pointer }: Located<Parameter>): Mutation[] {
  if (!node.required || node.in === 'path') return []
  // The fields of an object can be separate parameters.
  if (typesOf(contract, node).includes('object') && node.style !== 'deepObject') return []
  const check = node.in === 'header' ? 'missing_required_header' : 'negative_data_rejection'
  return [
    {
      title: `${node.in} parameter ${node.name}: missing`,
      check,
      violation: { path: '', message: 'is required', pointer: `${pointer}/required` },
      change: (parts) => withParameter(parts, node, undefined),
    },
  ]
}

function invalidParameter(
  contract: Contract,
  operation: Operation,
  { node, pointer }: Located<Parameter>,
): Mutation[] {
  // Any text is a list or an object of some style.
  const isText = !typesOf(contract, node).some((type) => type === 'array' || type === 'object')
  if (!node.schema || !isText) return []
  const base = staticBaseRequest(contract, operation)
  const current = currentValue(base, node) ?? 'example'
  const schemas = partsOf(contract, { node: node.schema, pointer: `${pointer}/schema` }, current)
  return schemas.flatMap(({ node: schema }) =>
    violationsOfKeywords(schema, typedParameter(contract, schema, current)).flatMap(
      ({ title, keyword, value }) => {
        // A parameter is text, so that null, lists and objects cannot be sent.
        if (typeof value === 'object' && value !== null) return []
        const text = String(value)
        const violations = contract.checkSchema(
          `${pointer}/schema`,
          typedParameter(contract, node.schema ?? {}, text),
        )
        const violation = violations.find((each) => each.pointer.endsWith(`/${keyword}`))
        const change = (parts: RequestParts) => withParameter(parts, node, text)
        if (!violation || !isSendable(node, text) || !reaches(contract, operation, toRequest(change(base))))
          return []
        return [
          {
            title: `${node.in} parameter ${node.name}: ${title}`,
            check: 'negative_data_rejection' as const,
            violation,
            change,
          },
        ]
      },
    ),
  )
}

const typesOf = (contract: Contract, { schema = {} }: Parameter): string[] =>
  [mergeSchemas(contract.document, schema).type ?? []].flat()

function currentValue(
  { path, query, headers }: RequestParts,
  { name, in: location }: Parameter,
): string | undefined {
  const values = { path, query, header: headers, cookie: {} }[location] as Record<string, string | string[]>
  return [values[name] ?? []].flat()[0]
}
