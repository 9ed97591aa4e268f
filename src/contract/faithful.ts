import type { Violation } from './violations.ts'

/** No value in these contracts is nested like that; what is costs a stack further on. */
const MAX_DEPTH = 100

/**
 * What of a value no store or log can keep as it is, which a schema cannot say: text with NUL, which PostgreSQL refuses, or
 * with unpaired surrogates, which UTF-8 cannot carry; and lists in lists in lists.
 * @returns one violation for each such text, or one for a value that is nested too deeply
 */
export function unfaithfulIn(place: Violation['in'], value: unknown): Violation[] {
  const violations: Violation[] = []
  const found = (path: string[], message: string): Violation => ({
    in: place,
    path: path.join('.'),
    rule: 'form',
    message,
  })
  // A list of what is left to do, as recursion is what deep nesting would hurt.
  const waiting: { path: string[]; value: unknown }[] = [{ path: [], value }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, value } = next
    if (path.length > MAX_DEPTH) return [found(path.slice(0, 1), 'must not be nested so deeply')]
    if (typeof value === 'string' && !isFaithful(value)) violations.push(found(path, MESSAGE))
    if (typeof value !== 'object' || value === null) continue
    for (const [name, member] of Object.entries(value).reverse()) {
      if (!isFaithful(name)) violations.push(found(path, MESSAGE))
      else waiting.push({ path: [...path, name], value: member })
    }
  }
  return violations
}

const MESSAGE = 'must not contain NUL or unpaired surrogates'

const isFaithful = (text: string) => text.isWellFormed() && !text.includes('\0')
