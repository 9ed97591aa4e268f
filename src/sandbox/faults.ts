import type { MiddlewareHandler } from 'hono'
import type { Env } from '../http/env.ts'
import { respond } from '../http/reply.ts'
import type { Document } from '../openapi/document.ts'
import { type ExampleResponse, exampleResponses } from '../openapi/examples.ts'

/**
 * A fault in the next calls of an operation: a declared response instead of the real one, a delay, or both.
 */
export interface Fault {
  operationId: string
  status?: number
  /** The name of an example of the response. The first example by default. */
  example?: string
  delayMs?: number
  /** The number of remaining calls. */
  times: number
}

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

/**
 * Creates the faults of a sandbox.
 * @param document the contract, which declares the possible responses
 */
export function createFaults(document: Pick<Document, 'paths' | 'components'>): Faults {
  const pending = new Map<string, { fault: Fault; response: ExampleResponse | undefined }>()

  function findExample({ operationId, status, example }: Fault): {
    name?: string
    response?: ExampleResponse
  } {
    const responses = exampleResponses(document, operationId)
    if (!responses) throw new UnknownExampleError(`Unknown operation ${operationId}`)
    if (status === undefined) return {}
    const candidates = responses.get(status)
    if (!candidates) throw new UnknownExampleError(`${operationId} does not declare the status ${status}`)
    const chosen = example === undefined ? candidates[0] : candidates.find(({ name }) => name === example)
    if (!chosen)
      throw new UnknownExampleError(`The status ${status} of ${operationId} has no example ${example}`)
    return { ...(chosen.name !== undefined && { name: chosen.name }), response: chosen.response }
  }

  return {
    list: () => [...pending.values()].map(({ fault }) => ({ ...fault })),
    inject(fault) {
      const { name, response } = findExample(fault)
      pending.delete(fault.operationId)
      if (fault.times === 0) return
      const { example: _, ...others } = fault
      pending.set(fault.operationId, {
        fault: { ...others, ...(name !== undefined && { example: name }) },
        response,
      })
    },
    async middleware(c, next) {
      const { operationId = '' } = c.get('call') ?? {}
      const entry = pending.get(operationId)
      if (!entry) return next()
      const { fault, response } = entry
      fault.times--
      if (fault.times === 0) pending.delete(operationId)
      if (!response) await next()
      if (fault.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs))
      return response && respond(c, response)
    },
  }
}
