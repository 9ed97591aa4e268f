import type { Reply, Routes } from '../http/handlers.ts'
import { type ErrorResponses, HttpError, problemReply } from '../http/http-error.ts'
import { readInput } from '../http/input.ts'

/** The parts of an API that validate requests and create error responses. */
export interface ApiValidation {
  routes: Routes
  errorResponses: ErrorResponses
  /** Operations that ignore an unreadable body. */
  lenientBodies: readonly string[]
}

/**
 * Validates a request like the API's own server.
 * @returns the error response of the server, or undefined if the server accepts the request
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
