import type { Reply, Routes } from '../http/handlers.ts'
import { type ErrorResponses, HttpError, problemReply } from '../http/http-error.ts'
import { readInput } from '../http/input.ts'

/** As much of an API as is needed to refuse a request in its words. */
export type Wording = {
  routes: Routes
  errorResponses: ErrorResponses
  /** Operations for which a body that cannot be used counts as none. */
  lenientBodies: readonly string[]
}

/**
 * What a server of the API says of a request that breaks the contract, whoever sent it.
 * @returns undefined when it has nothing to say against it
 */
export async function wordedRefusal(
  { routes, errorResponses, lenientBodies }: Wording,
  operationId: string,
  request: Request,
  params: Record<string, string>,
): Promise<Reply | undefined> {
  const route = routes[operationId]
  if (!route) return undefined
  try {
    await readInput({ operationId, route, request, params }, lenientBodies.includes(operationId))
    return undefined
  } catch (error) {
    const requestId = request.headers.get('x-request-id') ?? ''
    if (error instanceof HttpError) return problemReply(errorResponses, error.problem, { request, requestId })
    throw error
  }
}

/** @param base headers that those of the reply replace, their names in lower case */
export function toResponse(
  { status, headers = {}, body }: Reply,
  base: Record<string, string> = {},
): Response {
  const all = new Headers({ ...base, ...(body !== undefined && { 'content-type': 'application/json' }) })
  for (const [name, value] of Object.entries(headers)) {
    all.delete(name)
    for (const one of [value].flat()) all.append(name, String(one))
  }
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers: all })
}
