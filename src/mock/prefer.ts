import { HTTPException } from 'hono/http-exception'
import { type Choice, exampleNames, type Operation } from './prism.ts'
import { problem } from './problem.ts'

/**
 * Reads Prism's preferences from a `Prefer` header: `code=401, example=wrongPassword, dynamic=true`. Ignores
 * unknown preferences (RFC 7240, section 2). An example without a code implies its status.
 * @throws {HTTPException} 400 if a value is malformed, or the operation does not declare the status or
 *   example
 */
export function readPreference(header: string | undefined, { responses }: Operation): Choice {
  const { code, example, dynamic } = parsePrefer(header ?? '')
  if (dynamic !== undefined && dynamic !== 'true' && dynamic !== 'false') {
    throw notSatisfiable(`Prefer: dynamic=${dynamic} is invalid. Use true or false.`)
  }
  if (code !== undefined && !responses.some((response) => response.code === code)) {
    const statuses = responses.map((response) => response.code).join(', ')
    throw notSatisfiable(`Prefer: code=${code} is not declared by this operation. Declared: ${statuses}.`)
  }
  const choice = { ...(code && { code }), ...(dynamic === 'true' && { dynamic: true }) }
  if (example === undefined) return choice
  const candidates = responses.filter((response) => code === undefined || response.code === code)
  const holder = candidates.find((response) => exampleNames(response).includes(example))
  if (holder) return { ...choice, code: holder.code, example }
  const declared = candidates.map(
    (response) => `${response.code}: ${exampleNames(response).join(', ') || 'none'}`,
  )
  throw notSatisfiable(
    `Prefer: example=${example} is not declared by this operation. Declared: ${declared.join('; ')}.`,
  )
}

function notSatisfiable(detail: string): HTTPException {
  return new HTTPException(400, { res: problem(400, detail) })
}

function parsePrefer(header: string): Record<string, string | undefined> {
  const pairs = header
    .split(/[,;]/)
    .map((pair) => pair.split('=').map((part) => part.trim().replace(/^"(.*)"$/, '$1')))
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.toLowerCase(), value]))
}
