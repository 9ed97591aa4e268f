/** Marks the problems of the mock itself, because contracts can declare problem details, too. */
export const problemHeader = 'x-mock-problem'

/** Creates an error response that no contract declares, as problem details (RFC 9457). */
export function problem(status: number, detail: string, more: Record<string, unknown> = {}): Response {
  return Response.json(
    { status, detail, ...more },
    { status, headers: { 'content-type': 'application/problem+json', [problemHeader]: 'true' } },
  )
}
