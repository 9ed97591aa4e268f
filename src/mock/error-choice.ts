import { type Operation, responseExampleNames } from './operation.ts'
import { type Choice, responseFor } from './responder.ts'
import type { Rejection } from './violations.ts'

/** The possible statuses of an invalid request, most specific first. */
const statuses: Record<Rejection['reason'], [number, ...number[]]> = {
  credentials: [401],
  mediaType: [415, 400, 422],
  syntax: [400, 422],
  schema: [422, 400],
}

/**
 * Chooses a declared error response for an invalid request: by status, or else by the range `4XX`, or else
 * `default`.
 * @returns undefined if the operation declares no suitable response
 */
export function chooseError(operation: Operation, { reason, violations }: Rejection): Choice | undefined {
  const [usual] = statuses[reason]
  const exact = statuses[reason].find((status) =>
    operation.responses.some(({ code }) => code === String(status)),
  )
  const response = responseFor(operation, exact ?? usual)
  if (!response) return undefined
  const choice = { code: response.code, ...(exact === undefined && { status: usual }) }
  if (reason !== 'credentials') return choice
  const isApiKeyMissing = violations.some(({ location }) => location.at(-1) !== 'authorization')
  const names = responseExampleNames(response)
  const example = [...(isApiKeyMissing ? ['missingKey'] : []), 'missingToken'].find((name) =>
    names.includes(name),
  )
  return { ...choice, ...(example && { example }) }
}

/** Returns the status to use if the operation declares no suitable one. */
export function undeclaredStatus({ reason }: Rejection): number {
  return statuses[reason][0]
}
