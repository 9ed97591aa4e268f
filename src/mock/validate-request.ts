import type { Reply, Routes } from '../http/handlers.ts'
import { type ErrorResponses, HttpError, problemReply } from '../http/http-error.ts'
import { readInput } from '../http/input.ts'

/** What of an API is needed to validate its requests and to word its errors. */
export interface ApiValidation {
  routes: Routes
  errorResponses: ErrorResponses
  /** Operations that ignore a body they cannot read. */
  lenientBodies: readonly string[]
}

/**
 * Validates a request as the server of the API does.
 * @returns the error response of the server; undefined if the request is valid there
 */
export async function validateRequest(
  { routes, errorResponses, lenientBodies }: ApiValidation,
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
    if (!(error instanceof HttpError)) throw error
    const requestId = request.headers.get('x-request-id') ?? ''
    return toResponse(problemReply(errorResponses, error.problem, { request, requestId }))
  }
}

function toResponse({ status, headers = {}, body }: Reply): Response {
  const response = Response.json(body, { status })
  for (const [name, value] of Object.entries(headers)) {
    response.headers.delete(name)
    for (const item of [value].flat()) response.headers.append(name, String(item))
  }
  return response
}
