import type { Violation } from './violations.ts'

/**
 * Finds text that cannot be stored unchanged, which JSON Schema cannot express: NUL, which PostgreSQL
 * rejects; unpaired surrogates, which UTF-8 cannot encode; and white space in URLs, which zod silently
 * drops.
 * @param value the value after parsing with its schema
 * @param rawValue the value before parsing
 * @returns one violation per text
 */
export function findUnstorableText(
  location: Violation['in'],
  value: unknown,
  rawValue: unknown = value,
): Violation[] {
  const violations: Violation[] = []
  const violationAt = (path: string[], message: string): Violation => ({
    in: location,
    path: path.join('.'),
    rule: message === unstorableMessage ? 'unstorable' : 'form',
    message,
  })
  const waiting: { path: string[]; value: unknown; raw: unknown }[] = [{ path: [], value, raw: rawValue }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, value, raw } = next
    if (typeof value === 'string' && typeof raw === 'string') {
      if (!isStorable(raw)) violations.push(violationAt(path, unstorableMessage))
      else if (value !== raw) violations.push(violationAt(path, whiteSpaceMessage))
    }
    if (typeof value !== 'object' || value === null) continue
    for (const [name, field] of Object.entries(value).reverse()) {
      if (!isStorable(name)) violations.push(violationAt(path, unstorableMessage))
      else waiting.push({ path: [...path, name], value: field, raw: fieldOf(raw, name) })
    }
  }
  return violations
}

const unstorableMessage = 'must not contain NUL or unpaired surrogates'

const whiteSpaceMessage = 'must not contain white space'

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name]
}

const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0')
