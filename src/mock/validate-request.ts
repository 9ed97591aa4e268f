import type { Routes } from '../http/handlers.ts'
import { readInput } from '../http/input.ts'
import { type Refusals, Refused, word } from '../http/refusals.ts'
import { toResponse } from '../http/reply.ts'

/** What of an API is needed to validate its requests and to word its errors. */
export interface ApiValidation {
  routes: Routes
  refusals: Refusals
  /** Operations that ignore a body they cannot read. */
  lenientBodies: readonly string[]
}

/**
 * Validates a request as the server of the API does.
 * @returns the error response of the server; undefined if the request is valid there
 */
export async function validateRequest(
  { routes, refusals, lenientBodies }: ApiValidation,
  operationId: string,
  request: Request,
  params: Record<string, string>,
): Promise<Response | undefined> {
  const route = routes[operationId]
  if (!route) return undefined
  try {
    await readInput({ operationId, route, request, params }, lenientBodies.includes(operationId))
    return undefined
  } catch (error) {
    if (error instanceof Refused) return toResponse(word(refusals, error.refusal, request))
    throw error
  }
}
