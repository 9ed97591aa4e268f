import type { MiddlewareHandler } from 'hono'
import type { Env } from '../http/env.ts'
import { respond } from '../http/reply.ts'
import type { Document } from '../openapi/document.ts'
import { type ExampleResponse, exampleAnswers } from '../openapi/examples.ts'

/** What the next calls of an operation meet: a declared answer instead of the work, a delay, or both. */
export interface Fault {
  operationId: string
  status?: number
  /** Of the declared answer. */
  example?: string
  delayMs?: number
  /** How many calls are left. */
  times: number
}

/** There is nothing of that name in the contract. The message says what. */
export class Undeclared extends Error {}

export interface Faults {
  /** All that still wait for a call, one for each operation. */
  list: () => Fault[]
  /**
   * Takes the place of an earlier fault of the operation; 0 times takes it back.
   * @throws {Undeclared}
   */
  inject: (fault: Fault) => void
  /** In front of each operation. */
  middleware: MiddlewareHandler<Env>
}

/** @param document the contract that says which answers there are */
export function createFaults(document: Pick<Document, 'paths' | 'components'>): Faults {
  const waiting = new Map<string, { fault: Fault; answer: ExampleResponse | undefined }>()

  function declared({ operationId, status, example }: Fault): { name?: string; answer?: ExampleResponse } {
    const answers = exampleAnswers(document, operationId)
    if (!answers) throw new Undeclared(`There is no operation ${operationId}`)
    if (status === undefined) return {}
    const candidates = answers.get(status)
    if (!candidates) throw new Undeclared(`${operationId} does not declare the status ${status}`)
    const chosen = example === undefined ? candidates[0] : candidates.find(({ name }) => name === example)
    if (!chosen) throw new Undeclared(`The status ${status} of ${operationId} has no example ${example}`)
    return { ...(chosen.name !== undefined && { name: chosen.name }), answer: chosen.answer }
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
