import { rejectionStatus } from '../openapi/status.ts'
import { type Operation, responseExampleNames } from './operation.ts'
import { type Choice, responseFor } from './responder.ts'
import type { Rejection } from './violations.ts'

/**
 * Chooses a declared error response for an invalid request: by status, or else by the range `4XX`, or else
 * `default`.
 * @returns undefined if the operation declares no suitable response
 */
export function chooseError(operation: Operation, { reason, violations }: Rejection): Choice | undefined {
  const status = rejectionStatus(reason, codesOf(operation))
  const response = responseFor(operation, status)
  if (!response) return undefined
  const choice = { code: response.code, ...(response.code !== String(status) && { status }) }
  if (reason !== 'credentials') return choice
  const isApiKeyMissing = violations.some(({ location }) => location.at(-1) !== 'authorization')
  const names = responseExampleNames(response)
  const example = [...(isApiKeyMissing ? ['missingKey'] : []), 'missingToken'].find((name) =>
    names.includes(name),
  )
  return { ...choice, ...(example && { example }) }
}

const codesOf = ({ responses }: Operation) => responses.map(({ code }) => code)
