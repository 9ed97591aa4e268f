import type { Context, MiddlewareHandler } from 'hono'
import { sleep } from '../common/sleep.ts'
import { memoize } from '../core/memoize.ts'
import type { Env } from '../http/env.ts'
import { respond, textOfReply } from '../http/reply.ts'
import type { Document } from '../openapi/document.ts'
import { exampleResponses, type NamedExampleResponse } from '../openapi/examples.ts'
import { endpointsOf } from '../openapi/operations.ts'

/**
 * A fault in the next calls of an operation: a declared response instead of the real one, a broken
 * connection, a delay, or a combination.
 */
export interface Fault {
  /** `*` means all operations without their own fault. */
  operationId: string
  status?: number
  /** The first declared status of a class, instead of `status`. */
  statusClass?: StatusClass
  /** The name of an example of the response. The first example by default. */
  example?: string
  connection?: 'reset' | 'truncate'
  delayMs?: number
  /** The number of remaining calls. */
  times: number
}

type StatusClass = '2XX' | '3XX' | '4XX' | '5XX'

/** Thrown when the contract does not declare the operation, status or example of a fault. */
export class UnknownExampleError extends Error {}

export interface Faults {
  /** Returns the pending faults, at most one per operation. */
  list: () => Fault[]
  /**
   * Replaces the fault of an operation. `times: 0` removes it.
   * @throws {UnknownExampleError} when the contract does not declare the operation, status or example
   */
  inject: (fault: Fault) => void
  /** Runs before each operation. */
  middleware: MiddlewareHandler<Env>
}

const anyOperation = '*'

/**
 * Creates the faults of a sandbox.
 * @param document the contract, which declares the possible responses
 */
export function createFaults(document: Pick<Document, 'paths' | 'components'>): Faults {
  const pending = new Map<string, Fault>()
  const operationIds = endpointsOf(document).map(({ operation: { operationId = '' } }) => operationId)
  // Lazy, because most sandboxes of a test suite inject no fault.
  const responsesOf = memoize(
    (operationId: string) =>
      exampleResponses(document, operationId) ?? new Map<number, NamedExampleResponse[]>(),
  )

  /** Returns the examples of the status of a fault in one operation. */
  function candidatesOf(fault: Fault, operationId: string): NamedExampleResponse[] {
    const declared = [...responsesOf(operationId)]
    return declared.find(([status]) => hasStatus(fault, status))?.[1] ?? []
  }

  function findExample(fault: Fault, operationId: string): NamedExampleResponse | undefined {
    const candidates = candidatesOf(fault, operationId)
    return fault.example === undefined ? candidates[0] : candidates.find(({ name }) => name === fault.example)
  }

  function assertDeclared(fault: Fault): void {
    const { operationId, example, status = fault.statusClass } = fault
    const isForAll = operationId === anyOperation
    if (!isForAll && !operationIds.includes(operationId))
      throw new UnknownExampleError(`Unknown operation ${operationId}`)
    if (status === undefined) return
    const operations = isForAll ? operationIds : [operationId]
    if (operations.every((id) => candidatesOf(fault, id).length === 0))
      throw new UnknownExampleError(
        `${isForAll ? 'No operation declares' : `${operationId} does not declare`} the status ${status}`,
      )
    if (operations.every((id) => !findExample(fault, id)))
      throw new UnknownExampleError(
        `The status ${status}${isForAll ? '' : ` of ${operationId}`} has no example ${example}`,
      )
  }

  /** Adds the status and the example that the contract chooses. They differ between operations. */
  function resolveFault(fault: Fault): Fault {
    const found = fault.operationId === anyOperation ? undefined : findExample(fault, fault.operationId)
    if (!found) return { ...fault }
    const { statusClass: _, example: __, ...others } = fault
    return {
      ...others,
      status: found.response.status,
      ...(found.name !== undefined && { example: found.name }),
    }
  }

  /** Returns the fault of an operation, or else that of all operations unless it leaves out this one. */
  function findFault(operationId: string): Fault | undefined {
    const own = pending.get(operationId)
    if (own) return own
    const shared = pending.get(anyOperation)
    return shared && (!hasResponse(shared) || findExample(shared, operationId)) ? shared : undefined
  }

  return {
    list: () => [...pending.values()].map((fault) => ({ ...fault })),
    inject(fault) {
      assertDeclared(fault)
      pending.delete(fault.operationId)
      if (fault.times > 0) pending.set(fault.operationId, resolveFault(fault))
    },
    async middleware(c, next) {
      const { operationId = '' } = c.get('call') ?? {}
      const fault = findFault(operationId)
      if (!fault) return next()
      fault.times--
      if (fault.times === 0) pending.delete(fault.operationId)
      const example = hasResponse(fault) ? findExample(fault, operationId) : undefined
      const isReset = fault.connection === 'reset'
      if (!example && !isReset) await next()
      if (fault.delayMs !== undefined) await sleep(fault.delayMs)
      if (isReset) {
        breakOff(c, 0)
        return respond(c, { status: statusForLogs })
      }
      const response = example && respond(c, example.response)
      if (fault.connection === 'truncate') breakOff(c, halfOf(response ?? c.res))
      return response
    },
  }
}

/** No client gets it. nginx logs this status for connections that it closes without a response. */
const statusForLogs = 444

/** Returns half of the size of a body in bytes. */
const halfOf = (response: Response) =>
  Math.floor(new TextEncoder().encode(textOfReply(response) ?? '').length / 2)

function breakOff({ env, req }: Context<Env>, bytes: number): void {
  const bindings: Partial<Env['Bindings']> | undefined = env
  bindings?.breakOff?.(req.method === 'HEAD' ? 0 : bytes)
}

const hasResponse = ({ status, statusClass }: Fault) => (status ?? statusClass) !== undefined

function hasStatus({ status, statusClass }: Fault, declared: number): boolean {
  return (
    declared === status || (statusClass !== undefined && `${Math.floor(declared / 100)}XX` === statusClass)
  )
}
