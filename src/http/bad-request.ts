import { type ErrorResponses, problemReply } from './http-error.ts'
import { newRequestId } from './middleware/request-context.ts'

/** Statuses of requests that an HTTP parser rejects before any app receives them. */
export type BadRequestStatus = 400 | 408 | 431

export const badRequestMessages: Record<BadRequestStatus, string> = {
  400: 'Bad request',
  408: 'Request timeout',
  431: 'Request headers too large',
}

/** Creates the response of an API to a request that an HTTP parser rejects. */
export function badRequestResponse(responses: ErrorResponses, status: BadRequestStatus): Response {
  const requestId = newRequestId()
  // The request cannot be parsed, so error responses get an empty one.
  const failed = { request: new Request('http://localhost/'), requestId }
  const { body } = problemReply(
    responses,
    { kind: 'badRequest', status, message: badRequestMessages[status] },
    failed,
  )
  return Response.json(body, { status, headers: { 'x-request-id': requestId } })
}
