import type { Violation } from './violations.ts'

/** No value in these contracts is nested like that; what is costs a stack further on. */
const MAX_DEPTH = 100

/**
 * What of a value cannot be kept as it was sent, which a schema cannot say: text with NUL, which PostgreSQL refuses, or with
 * unpaired surrogates, which UTF-8 cannot carry; addresses with white space, which zod drops in silence, so that nobody
 * after it could tell; and lists in lists in lists.
 * @param value as the schema has read it
 * @param sent as it was before
 * @returns one violation for each such text, or one for a value that is nested too deeply
 */
export function findUnstorableText(
  place: Violation['in'],
  value: unknown,
  sent: unknown = value,
): Violation[] {
  const violations: Violation[] = []
  const found = (path: string[], message: string): Violation => ({
    in: place,
    path: path.join('.'),
    rule: 'form',
    message,
  })
  // A list of what is left to do, as recursion is what deep nesting would hurt.
  const waiting: { path: string[]; value: unknown; sent: unknown }[] = [{ path: [], value, sent }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, value, sent } = next
    if (path.length > MAX_DEPTH) return [found(path.slice(0, 1), 'must not be nested so deeply')]
    if (typeof value === 'string' && typeof sent === 'string') {
      if (!isFaithful(sent)) violations.push(found(path, MESSAGE))
      else if (value !== sent) violations.push(found(path, WHITE_SPACE))
    }
    if (typeof value !== 'object' || value === null) continue
    for (const [name, member] of Object.entries(value).reverse()) {
      if (!isFaithful(name)) violations.push(found(path, MESSAGE))
      else waiting.push({ path: [...path, name], value: member, sent: memberOf(sent, name) })
    }
  }
  return violations
}

const MESSAGE = 'must not contain NUL or unpaired surrogates'

const WHITE_SPACE = 'must not contain white space'

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

const isFaithful = (text: string) => text.isWellFormed() && !text.includes('\0')
