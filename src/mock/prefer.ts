import type { Choice, Operation } from './prism.ts'
import { exampleNames } from './refusal.ts'

/** A `Prefer` header that the operation cannot follow. The message says what it could. */
export class UnmetPreference extends Error {}

/**
 * Reads Prism's preferences from a `Prefer` header: `code=401, example=wrongPassword, dynamic=true`. Unknown ones are
 * ignored (RFC 7240, section 2). An example alone finds its status by itself.
 * @throws {UnmetPreference} when a value is malformed or the operation declares no such status or example
 */
export function readPreference(header: string | undefined, { responses }: Operation): Choice {
  const { code, example, dynamic } = preferences(header ?? '')
  if (dynamic !== undefined && dynamic !== 'true' && dynamic !== 'false') {
    throw new UnmetPreference(`Prefer: dynamic=${dynamic} is neither true nor false.`)
  }
  if (code !== undefined && !responses.some((response) => response.code === code)) {
    const statuses = responses.map((response) => response.code).join(', ')
    throw new UnmetPreference(
      `Prefer: code=${code} is not declared by this operation. Its statuses: ${statuses}.`,
    )
  }
  const choice = { ...(code && { code }), ...(dynamic === 'true' && { dynamic: true }) }
  if (example === undefined) return choice
  const candidates = responses.filter((response) => code === undefined || response.code === code)
  const holder = candidates.find((response) => exampleNames(response).includes(example))
  if (holder) return { ...choice, code: holder.code, example }
  const known = candidates.map(
    (response) => `${response.code}: ${exampleNames(response).join(', ') || 'none'}`,
  )
  throw new UnmetPreference(
    `Prefer: example=${example} is not declared here. Its examples: ${known.join('; ')}.`,
  )
}

function preferences(header: string): Record<string, string | undefined> {
  const pairs = header
    .split(/[,;]/)
    .map((pair) => pair.split('=').map((part) => part.trim().replace(/^"(.*)"$/, '$1')))
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.toLowerCase(), value]))
}
