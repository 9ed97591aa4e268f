import type { MiddlewareHandler } from 'hono'
import type { Env } from '../http/env.ts'
import { respond } from '../http/reply.ts'
import type { Document } from '../openapi/document.ts'
import { type ExampleResponse, exampleResponses } from '../openapi/examples.ts'

/** What the next calls of an operation get: a declared response instead of the real one, a delay, or both. */
export interface Fault {
  operationId: string
  status?: number
  /** The name of an example of the declared response. */
  example?: string
  delayMs?: number
  /** Calls left. */
  times: number
}

/** The contract declares no such operation, status or example. */
export class UnknownExampleError extends Error {}

export interface Faults {
  /** The faults that still wait for calls: at most one per operation. */
  list: () => Fault[]
  /**
   * Replaces the fault of an operation. `times: 0` removes it.
   * @throws {UnknownExampleError}
   */
  inject: (fault: Fault) => void
  /** In front of each operation. */
  middleware: MiddlewareHandler<Env>
}

/** @param document the contract, which declares the possible responses */
export function createFaults(document: Pick<Document, 'paths' | 'components'>): Faults {
  const waiting = new Map<string, { fault: Fault; answer: ExampleResponse | undefined }>()

  function declared({ operationId, status, example }: Fault): { name?: string; answer?: ExampleResponse } {
    const answers = exampleResponses(document, operationId)
    if (!answers) throw new UnknownExampleError(`Unknown operation ${operationId}`)
    if (status === undefined) return {}
    const candidates = answers.get(status)
    if (!candidates) throw new UnknownExampleError(`${operationId} does not declare the status ${status}`)
    const chosen = example === undefined ? candidates[0] : candidates.find(({ name }) => name === example)
    if (!chosen)
      throw new UnknownExampleError(`The status ${status} of ${operationId} has no example ${example}`)
    return { ...(chosen.name !== undefined && { name: chosen.name }), answer: chosen.response }
  }

  return {
    list: () => [...waiting.values()].map(({ fault }) => ({ ...fault })),
    inject(fault) {
      const { name, answer } = declared(fault)
      waiting.delete(fault.operationId)
      if (fault.times === 0) return
      const { example: _, ...others } = fault
      waiting.set(fault.operationId, {
        fault: { ...others, ...(name !== undefined && { example: name }) },
        answer,
      })
    },
    async middleware(c, next) {
      const { operationId = '' } = c.get('call') ?? {}
      const waitingFault = waiting.get(operationId)
      if (!waitingFault) return next()
      const { fault, answer } = waitingFault
      fault.times--
      if (fault.times === 0) waiting.delete(operationId)
      if (!answer) await next()
      if (fault.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs))
      return answer && respond(c, answer)
    },
  }
}
