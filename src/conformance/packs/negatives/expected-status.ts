import type { Exemplified, Schema } from '../../../openapi/document.ts'
import { type Contract, type Located, mediaTypeOf, type Operation } from '../../contract/contract.ts'
import type { SchemaViolation } from '../../contract/schema-check.ts'
import type { Exchange } from '../../exchange.ts'
import type { CheckName } from '../../finding.ts'
import type { Probe } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import type { Stage } from '../../world/stage.ts'
import { responseExamples } from '../cases.ts'
import { examplesOf } from '../example-request.ts'
import { typedParameter } from './schema-mutations.ts'

/** The violation in a request, and the statuses for it. */
export interface Expectation {
  /** The title of the test. */
  title: string
  /** Reported if the server accepts the request. */
  check: CheckName
  /** The statuses that the contract's examples use for it; empty if no example says it. */
  statuses: number[]
  violation?: SchemaViolation
  /** Whether the contract lets the server ignore the violation. */
  isLenient?: boolean
}

/** Reports an accepted violation, and a status that the examples of the contract do not use for it. */
export function judgeRejection(
  { contract, adapter }: Pick<Stage, 'contract' | 'adapter'>,
  probe: Probe,
  exchange: Exchange,
  { title, check, statuses, violation, isLenient = false }: Expectation,
): void {
  const { operation, response } = exchange
  const expected = statuses.join(' or ') || 'a declared status of 4xx'
  if (isLenient || statuses.includes(response.status)) return
  if (response.status < 300) {
    // All wrong types of a field are one cause, for all operations that share the schema.
    const message = violation
      ? describeAcceptance(title, violation)
      : `${operation?.id} accepts an invalid request (${title}).`
    probe.report(check, exchange, message, {
      ...(violation && { source: contract.locate(violation.pointer) }),
      hint: `Sent: ${title}. Expected: ${expected}.`,
      ...(!isDocumented(adapter, operation, title, violation) && { severity: 'difference' }),
    })
    return
  }
  if (statuses.length === 0 || response.status < 400 || response.status >= 500 || mayComeFirst(exchange))
    return
  const kind = violation ? 'invalid data' : title
  probe.report(
    'status_code_conformance',
    exchange,
    `${operation?.id} answers ${kind} with ${response.status}, not ${expected} as in the examples of the contract.`,
    { hint: `Sent: ${title}.` },
  )
}

/** Returns whether the API's own document has a constraint. It does not describe media types or protocol. */
function isDocumented(
  adapter: Adapter | undefined,
  operation: Operation | undefined,
  title: string,
  violation: SchemaViolation | undefined,
): boolean {
  if (!adapter) return true
  if (!operation || !violation || !adapter.documented[operation.id]) return false
  const keyword = violation.pointer.split('/').at(-1) ?? ''
  if (['required', 'type', 'enum', 'const'].includes(keyword)) return true
  return adapter.documentedBounds.includes(`${operation.id} ${subjectOf(title)} ${keyword}`)
}

/** `password: shorter than 8` is about `password`. */
const subjectOf = (title: string) => title.slice(0, title.lastIndexOf(': '))

function describeAcceptance(title: string, { message, pointer }: SchemaViolation): string {
  const subject = subjectOf(title)
  return pointer.endsWith('/required')
    ? `${subject} is required, but the server accepts requests without it.`
    : `${subject} ${message}, but the server accepts other values.`
}

/** In bytes. */
const usualBodyLimit = 64 * 1024

/** Returns whether a server may check something else before the data: permissions, existence or limits. */
function mayComeFirst({ operation, request, response: { status } }: Exchange): boolean {
  const isProtected = operation?.security.some((alternative) => Object.keys(alternative).length > 0)
  const hasResource = operation?.path.includes('{')
  return (
    status === 429 ||
    // A value above a large `maxLength` makes the whole body too large.
    (status === 413 && Buffer.byteLength(request.body ?? '') > usualBodyLimit) ||
    (isProtected && (status === 401 || status === 403)) ||
    (hasResource === true && status === 404)
  )
}

/**
 * Returns a function that finds the statuses for a violation from the invalid examples of an operation: those
 * of the same keyword of the same schema, or else of any invalid example.
 */
export function rejectionStatuses(
  contract: Contract,
  operation: Operation,
): (violation: SchemaViolation) => number[] {
  const known = invalidExamples(contract, operation)
  return (violation) => {
    const same = known.filter(({ violations }) =>
      violations.some(({ pointer }) => pointer === violation.pointer),
    )
    return uniqueStatuses(same.length > 0 ? same : known)
  }
}

const uniqueStatuses = (examples: { status: number }[]) => [...new Set(examples.map(({ status }) => status))]

function invalidExamples(
  contract: Contract,
  operation: Operation,
): { status: number; violations: SchemaViolation[] }[] {
  const media = operation.body && mediaTypeOf(operation.body)
  const parts: Located<Exemplified & { schema?: Schema }>[] = [
    ...(media ? [media] : []),
    ...operation.parameters,
  ]
  const responses = responseExamples(contract, operation)
  return parts.flatMap(({ node, pointer }) =>
    Object.keys(node['x-invalid-examples'] ?? {}).flatMap((name) => {
      const value = examplesOf(contract.document, node)[name]
      const typed =
        node !== media?.node && typeof value === 'string' && node.schema
          ? typedParameter(contract, node.schema, value)
          : value
      const violations = contract.checkSchema(`${pointer}/schema`, typed)
      return responses
        .filter((response) => response.name === name)
        .map(({ status }) => ({ status, violations }))
    }),
  )
}

/** Returns the statuses of the response examples whose name matches, such as `malformedJson`. */
export function statusesOfExamples(contract: Contract, operation: Operation, name: RegExp): number[] {
  return uniqueStatuses(responseExamples(contract, operation).filter((example) => name.test(example.name)))
}
