import { z } from '@hono/zod-openapi'
import { parse as parseCookies } from 'hono/utils/cookie'
import { bodySchema, parseJson, readBody } from './body.ts'
import type { Route } from './handlers.ts'
import { Refused } from './refusals.ts'
import { unfaithfulIn } from './text-integrity.ts'
import { describe, type Violation, violationsIn } from './violations.ts'

/** A request whose path and method have led to an operation. */
export type Call = { operationId: string; route: Route; request: Request; params: Record<string, string> }

/** One part of the input: what it is called there, where it came from, and what it must be. */
type Part = { name: string; place: Violation['in']; schema: z.ZodType; value: unknown }

/**
 * Reads and validates what an operation declares of its request.
 * @param lenientBody whether a body that cannot be used counts as none
 * @throws {Refused} for a body that is too large, of another media type or malformed; then for all that breaks its
 *   schema, at once
 */
export async function readInput(call: Call, lenientBody: boolean): Promise<{ request: Request }> {
  const body = await bodyPart(call, lenientBody)
  const input: Record<string, unknown> = {}
  const violations: Violation[] = []
  for (const { name, place, schema, value } of [...parameterParts(call), ...body]) {
    const result = schema.safeParse(value, { error: describe, reportInput: true })
    if (result.success) input[name] = result.data
    violations.push(
      ...(result.success ? unfaithfulIn(place, result.data, value) : violationsIn(place, result.error)),
    )
  }
  const [first, ...others] = violations
  if (!first) return { ...input, request: call.request }
  throw new Refused({ kind: 'invalid', operationId: call.operationId, violations: [first, ...others] })
}

function parameterParts({ route, request, params }: Call): Part[] {
  // Most operations declare none, and addresses and cookies take their time to read.
  if (!route.request) return []
  const searchParams = route.request.query ? new URL(request.url).searchParams : new URLSearchParams()
  const cookies = route.request.cookies ? parseCookies(request.headers.get('cookie') ?? '') : {}
  const part = (
    name: string,
    place: Violation['in'],
    schema: unknown,
    read: (name: string) => string | string[] | null | undefined,
  ): Part[] => {
    if (!(schema instanceof z.ZodObject)) return []
    const value = Object.fromEntries(Object.keys(schema.shape).map((key) => [key, read(key) ?? undefined]))
    return [{ name, place, schema, value }]
  }
  return [
    ...part('params', 'path', route.request?.params, (name) => params[name]),
    ...part('query', 'query', route.request?.query, (name) => oneOrMany(searchParams.getAll(name))),
    ...part('headers', 'header', route.request?.headers, (name) => request.headers.get(name)),
    ...part('cookies', 'cookie', route.request?.cookies, (name) => cookies[name]),
  ]
}

/** A parameter that is sent twice is a list, for its schema to take or refuse: neither value may win in silence. */
const oneOrMany = (values: string[]) => (values.length > 1 ? values : values[0])

async function bodyPart({ route, request }: Call, lenient: boolean): Promise<Part[]> {
  // The limit holds for bodies that nobody asked for, too.
  const bytes = await readBody(request)
  const declared = route.request?.body
  const schema = bodySchema(declared?.content)
  if (!schema) return []
  const part = (value: unknown): Part => ({ name: 'body', place: 'body', schema, value })
  if (!bytes) {
    if (declared?.required) throw new Refused({ kind: 'malformedJson' })
    return []
  }
  try {
    const value = parseJson(bytes, request.headers.get('content-type'))
    return lenient && !schema.safeParse(value).success ? [] : [part(value)]
  } catch (error) {
    if (lenient) return []
    throw error
  }
}
