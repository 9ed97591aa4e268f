import { HTTPException } from 'hono/http-exception'
import { type DeclaredResponse, type Operation, responseExampleNames } from './operation.ts'
import { problem } from './problem.ts'
import { type Choice, responseFor, statusOf } from './responder.ts'

/**
 * Reads Prism's preferences from a `Prefer` header: `code=401, example=wrongPassword, dynamic=true`. Ignores
 * unknown preferences (RFC 7240, section 2). An example without a code implies its status.
 * @throws {HTTPException} 400 if a value is malformed, or the operation does not declare the status or
 *   example
 */
export function readPreference(header: string | undefined, operation: Operation): Choice {
  const { code, example, dynamic } = parsePrefer(header ?? '')
  const { responses } = operation
  if (dynamic !== undefined && dynamic !== 'true' && dynamic !== 'false') {
    throw notSatisfiable(`Prefer: dynamic=${dynamic} is invalid. Use true or false.`)
  }
  const status = Number(code)
  const response = code === undefined ? undefined : findResponse(operation, code)
  if (code !== undefined && !response) {
    const statuses = responses.map((declared) => declared.code).join(', ')
    throw notSatisfiable(`Prefer: code=${code} is not declared by this operation. Declared: ${statuses}.`)
  }
  const choose = (chosen: DeclaredResponse): Choice => ({
    code: chosen.code,
    ...(chosen.code !== String(status) && {
      status: Number.isInteger(status) ? status : statusOf(operation, chosen.code),
    }),
  })
  const choice = { ...(response && choose(response)), ...(dynamic === 'true' && { dynamic: true }) }
  if (example === undefined) return choice
  const candidates = response ? [response] : responses
  for (const name of [example, decode(example)]) {
    const holder = candidates.find((candidate) => responseExampleNames(candidate).includes(name))
    if (holder) return { ...choice, ...choose(holder), example: name }
  }
  const declared = candidates.map(
    (candidate) => `${candidate.code}: ${responseExampleNames(candidate).join(', ') || 'none'}`,
  )
  throw notSatisfiable(
    `Prefer: example=${example} is not declared by this operation. Declared: ${declared.join('; ')}.`,
  )
}

/** Finds the response for a status, a range or `default`. */
function findResponse(operation: Operation, code: string): DeclaredResponse | undefined {
  const declared = operation.responses.find((response) => response.code === code)
  return declared ?? (/^[2-5]\d\d$/.test(code) ? responseFor(operation, Number(code)) : undefined)
}

function notSatisfiable(detail: string): HTTPException {
  return new HTTPException(400, { res: problem(400, detail) })
}

/**
 * Parses preferences. A value is a token or a quoted string, in which a backslash escapes a quote (RFC 7240,
 * section 2). Names of examples are free text, so that a token may contain `=`.
 */
function parsePrefer(header: string): Record<string, string | undefined> {
  const pairs = header.matchAll(/([^\s=,;]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^,;]*)))?/g)
  return Object.fromEntries(
    [...pairs].map(([, name = '', quoted, token = '']) => [
      name.toLowerCase(),
      quoted === undefined ? token.trim() : quoted.replace(/\\(.)/g, '$1'),
    ]),
  )
}

/** Decodes the percent-encoding that names outside of Latin-1 need, because a header cannot contain them. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
