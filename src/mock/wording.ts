import type { Answer, Routes } from '../http/handlers.ts'
import { readInput } from '../http/input.ts'
import { type Refusals, Refused, word } from '../http/refusals.ts'

/** As much of an API as is needed to refuse a request in its words. */
export type Wording = {
  routes: Routes
  refusals: Refusals
  /** Operations for which a body that cannot be used counts as none. */
  lenientBodies: readonly string[]
}

/**
 * What a server of the API says of a request that breaks the contract, whoever sent it.
 * @returns undefined when it has nothing to say against it
 */
export async function wordedRefusal(
  { routes, refusals, lenientBodies }: Wording,
  operationId: string,
  request: Request,
  params: Record<string, string>,
): Promise<Answer | undefined> {
  const route = routes[operationId]
  if (!route) return undefined
  try {
    await readInput({ operationId, route, request, params }, lenientBodies.includes(operationId))
    return undefined
  } catch (error) {
    if (error instanceof Refused) return word(refusals, error.refusal, request)
    throw error
  }
}
