import { type Choice, exampleNames, type Operation } from './prism.ts'
import type { Rejection } from './violations.ts'

/** The possible statuses of an invalid request, most specific first. */
const statuses: Record<Rejection['reason'], [string, ...string[]]> = {
  credentials: ['401'],
  mediaType: ['415', '400', '422'],
  syntax: ['400', '422'],
  schema: ['422', '400'],
}

/**
 * Chooses a declared error response for an invalid request.
 * @returns undefined if the operation declares no suitable status
 */
export function chooseError({ responses }: Operation, { reason, violations }: Rejection): Choice | undefined {
  const [response] = statuses[reason].flatMap((code) =>
    responses.filter((declared) => declared.code === code),
  )
  if (!response) return undefined
  if (reason !== 'credentials') return { code: response.code }
  const isApiKeyMissing = violations.some(({ location }) => location.at(-1) !== 'authorization')
  const names = exampleNames(response)
  const example = [...(isApiKeyMissing ? ['missingKey'] : []), 'missingToken'].find((name) =>
    names.includes(name),
  )
  return { code: response.code, ...(example && { example }) }
}

/** Returns the status to use if the operation declares no suitable one. */
export function undeclaredStatus({ reason }: Rejection): number {
  return Number(statuses[reason][0])
}
