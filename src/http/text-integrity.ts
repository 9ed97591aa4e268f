import type { Violation } from './violations.ts'

/** Deeper nesting than any value in these contracts has; it would exhaust the stack further on. */
const maxDepth = 100

/**
 * Finds what JSON Schema cannot express and no store can keep unchanged: text with NUL, which PostgreSQL refuses; unpaired
 * surrogates, which UTF-8 cannot carry; URLs with white space, which zod drops silently; and lists in lists in lists.
 * @param value as the schema has parsed it
 * @param sent as it was before
 * @returns one violation for each such text, or a single one for a value that is nested too deeply
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
  // A work list instead of recursion, which deep nesting would break.
  const waiting: { path: string[]; value: unknown; sent: unknown }[] = [{ path: [], value, sent }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, value, sent } = next
    if (path.length > maxDepth) return [found(path.slice(0, 1), 'must not be nested so deeply')]
    if (typeof value === 'string' && typeof sent === 'string') {
      if (!isStorable(sent)) violations.push(found(path, unstorable))
      else if (value !== sent) violations.push(found(path, whiteSpace))
    }
    if (typeof value !== 'object' || value === null) continue
    for (const [name, member] of Object.entries(value).reverse()) {
      if (!isStorable(name)) violations.push(found(path, unstorable))
      else waiting.push({ path: [...path, name], value: member, sent: memberOf(sent, name) })
    }
  }
  return violations
}

const unstorable = 'must not contain NUL or unpaired surrogates'

const whiteSpace = 'must not contain white space'

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0')
