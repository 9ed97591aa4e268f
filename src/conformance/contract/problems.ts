import { schemaProblems } from '../../contract-files/schema-problems.ts'
import type { SourceLocation } from '../../contract-files/source-location.ts'
import { undeclaredSchemes } from '../../openapi/credentials.ts'
import type { Document, Exemplified, Header, MediaType, Parameter, Schema } from '../../openapi/document.ts'
import { isJson } from '../../openapi/media-type.ts'
import { escapePointer, toPointer, valueAt } from '../../openapi/pointer.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import type { Side } from '../../openapi/side.ts'
import { type Contract, headersOf, type Located, type Operation } from './contract.ts'
import type { SchemaViolation } from './schema-check.ts'
import { childrenOf } from './schema-children.ts'

/** A fault of a contract, whatever its server does. */
export interface ContractProblem {
  message: string
  source: SourceLocation
}

/** An example that violates its own schema. */
interface InvalidExample {
  message: string
  pointer: string
  violations: SchemaViolation[]
}

const known = new WeakMap<Contract, InvalidExample[]>()
const contradictions = new WeakMap<Contract, Set<string>>()

/** Returns the examples that violate their schemas, and the schemas that no value can be judged by. */
export function problemsOf(contract: Contract): ContractProblem[] {
  const invalid = invalidExamples(contract).map(({ message, pointer }) => ({ message, pointer }))
  const wrong = schemaProblems(contract.document)
  // They explain why schemas that contain them cannot be used.
  const unexplained = contract.unusableSchemas.filter(
    ({ pointer }) => !containsAny(contract.document, pointer, wrong),
  )
  const unusable = unexplained.map(({ pointer, reason }) => ({
    message: `The schema cannot be used: ${reason}.`,
    pointer,
  }))
  return unique([...unusable, ...wrong, ...undeclaredIn(contract), ...invalid]).map(
    ({ message, pointer }) => ({
      message,
      source: contract.locate(pointer),
    }),
  )
}

/** Tells whether a schema contains one of the problems, also behind references. */
function containsAny(document: Document, pointer: string, problems: { pointer: string }[]): boolean {
  if (problems.length === 0) return false
  const pointers = new Set([pointer])
  // A loop over a set also visits what the loop adds.
  for (const each of pointers) {
    if (problems.some((problem) => problem.pointer.startsWith(`${each}/`))) return true
    JSON.stringify(valueAt(document, each), (key, value) => {
      if (key === '$ref' && String(value).startsWith('#')) pointers.add(decodeURIComponent(value.slice(1)))
      return value
    })
  }
  return false
}

/** Security schemes that operations name, and the contract does not declare. */
function undeclaredIn({ document, operations }: Contract): { message: string; pointer: string }[] {
  return operations.flatMap(({ id, path, method, security }) =>
    undeclaredSchemes(document, security).map((name) => ({
      message: `${id} demands the security scheme ${name}, which the contract does not declare.`,
      pointer: toPointer('paths', path, method, 'security'),
    })),
  )
}

const unique = <Item extends { pointer: string }>(items: Item[]) => [
  ...new Map(items.map((item) => [item.pointer, item])).values(),
]

/**
 * Returns whether an example of the contract shows the violating value. Then the example or the
 * schema is wrong, which `problemsOf` reports, and the server cannot be blamed.
 */
export function isContradiction(contract: Contract, violation: SchemaViolation): boolean {
  const keys =
    contradictions.get(contract) ??
    new Set(invalidExamples(contract).flatMap(({ violations }) => violations.map(keyOf)))
  contradictions.set(contract, keys)
  return keys.size > 0 && keys.has(keyOf(violation))
}

const keyOf = ({ pointer, value }: SchemaViolation) => `${pointer} ${JSON.stringify(value)}`

function invalidExamples(contract: Contract): InvalidExample[] {
  const found = known.get(contract) ?? [
    ...contract.operations.flatMap((operation) => ofOperation(contract, operation)),
    ...ofSchemas(contract),
  ]
  known.set(contract, found)
  return found
}

function ofOperation(contract: Contract, operation: Operation): InvalidExample[] {
  const { id, body, parameters, responses } = operation
  const rejected = rejectedNames(contract, operation)
  return [
    ...parameters.flatMap((parameter) =>
      ofPart(contract, parameter, `the parameter ${parameter.node.name} of ${id}`, 'request', rejected),
    ),
    ...mediaOf(body).flatMap((media) =>
      ofPart(contract, media, `the request body of ${id}`, 'request', rejected),
    ),
    ...[...responses].flatMap(([status, response]) => [
      ...mediaOf(response).flatMap((media) =>
        ofPart(contract, media, `the response ${status} of ${id}`, 'response'),
      ),
      ...[...headersOf(contract.document, response)].flatMap(([name, header]) =>
        ofPart(contract, header, `the header ${name} of the response ${status} of ${id}`, 'response'),
      ),
    ]),
  ]
}

/** A request example of the same name as an error is invalid on purpose. */
function rejectedNames({ document }: Contract, { responses }: Operation): Set<string> {
  const errors = [...responses].filter(([status]) => /^[45]/.test(status) || status === 'default')
  return new Set(
    errors.flatMap(([, { node }]) =>
      Object.values(node.content ?? {}).flatMap((media) =>
        Object.keys(resolveRef<MediaType>(document, media).examples ?? {}),
      ),
    ),
  )
}

function mediaOf(part: Located<{ content?: Record<string, MediaType> }> | undefined): Located<MediaType>[] {
  return Object.entries(part?.node.content ?? {})
    .filter(([type]) => isJson(type) || part === undefined)
    .map(([type, node]) => ({ node, pointer: `${part?.pointer}/content/${escapePointer(type)}` }))
}

function ofPart(
  contract: Contract,
  { node, pointer }: Located<(MediaType | Parameter | Header) & Exemplified>,
  subject: string,
  side: Side,
  rejected = new Set<string>(),
): InvalidExample[] {
  if (!node.schema) return []
  const named = Object.entries(node.examples ?? {}).flatMap(([name, example]) => {
    const { value } = resolveRef<{ value?: unknown }>(contract.document, example)
    const at =
      '$ref' in example
        ? decodeURIComponent(String(example.$ref).slice(1))
        : `/examples/${escapePointer(name)}`
    return value === undefined || rejected.has(name)
      ? []
      : [
          {
            value,
            what: `The example ${name} of ${subject}`,
            at: at.startsWith('/examples') ? pointer + at : at,
          },
        ]
  })
  const single = { value: node.example, what: `The example of ${subject}`, at: `${pointer}/example` }
  return [...named, ...(node.example === undefined ? [] : [single])].flatMap(({ value, what, at }) => {
    const isText = 'in' in node && typeof value === 'string'
    const schema = `${pointer}/schema`
    return describe(
      what,
      at,
      isText ? contract.checkText(schema, value, side).violations : contract.checkSchema(schema, value, side),
    )
  })
}

function describe(what: string, pointer: string, violations: SchemaViolation[]): InvalidExample[] {
  const [first] = violations
  if (!first) return []
  const field = first.path.slice(1).replaceAll('/', '.')
  const more = violations.length > 1 ? `, and ${violations.length - 1} more` : ''
  const message = `${what} violates its schema: ${field ? `${field} ` : ''}${first.message}${more}.`
  return [{ message, pointer, violations }]
}

/** The examples that stand in schemas. */
function ofSchemas(contract: Contract): InvalidExample[] {
  const found: InvalidExample[] = []
  const visited = new Set<unknown>()

  function visit(schema: Schema, pointer: string): void {
    if (typeof schema !== 'object' || schema === null || visited.has(schema)) return
    visited.add(schema)
    for (const example of Array.isArray(schema.examples) ? schema.examples : []) {
      if (isPlainlyValid(schema, example)) continue
      const violations = contract.checkSchema(pointer, example, 'response')
      found.push(
        ...describe(`The example of the schema ${nameOf(pointer)}`, `${pointer}/example`, violations),
      )
    }
    for (const [child, step] of childrenOf(schema)) visit(child, pointer + step)
  }

  const { components = {} } = contract.document
  for (const [name, schema] of Object.entries(components.schemas ?? {}))
    visit(schema, toPointer('components', 'schemas', name))
  for (const { parameters, body, responses } of contract.operations) {
    for (const { node, pointer } of parameters) if (node.schema) visit(node.schema, `${pointer}/schema`)
    for (const { node, pointer } of [...mediaOf(body), ...[...responses.values()].flatMap(mediaOf)])
      if (node.schema) visit(node.schema, `${pointer}/schema`)
  }
  return found
}

/** Saves the compilation of most schemas with an example: a type, and nothing else. */
function isPlainlyValid(schema: Schema, example: unknown): boolean {
  const { type, description: _, title: __, examples: ___, deprecated: ____, ...constraints } = schema
  return Object.keys(constraints).length === 0 && typeof example === type
}

const nameOf = (pointer: string) =>
  pointer.replace('/components/schemas/', '').replaceAll('/properties/', '.')
