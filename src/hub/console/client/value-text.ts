import type { TextFormat } from '../parameter.ts'

/** The value of a text, or why the text cannot be read. The value of an empty text is undefined. */
export type ReadText = { value: unknown } | { problem: string }

/** Reads the text of a field. */
export function readText(text: string, format: TextFormat): ReadText {
  const trimmed = text.trim()
  if (format === 'text') return { value: text === '' ? undefined : text }
  if (trimmed === '') return { value: undefined }
  if (format === 'list' && !trimmed.startsWith('['))
    return { value: trimmed.split(/\s*\n\s*/).filter((line) => line !== '') }
  if (format === 'any' && !/^[[{]/.test(trimmed)) return { value: text }
  const advice = format === 'list' ? ' Correct the list, or write one value per line.' : ''
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { problem: `Not valid JSON: ${(error as Error).message}.${advice}` }
  }
}

/** Writes a value as the text of a field. Without a value, the text is empty. */
export function toText(value: unknown, format: TextFormat): string {
  if (value === undefined) return ''
  if (format === 'json') return JSON.stringify(value, null, 2)
  if (Array.isArray(value) && format === 'list' && value.length > 0 && value.every(isLine))
    return value.join('\n')
  if (typeof value !== 'object' || value === null) return String(value)
  return JSON.stringify(value, null, format === 'text' ? 0 : 2)
}

/** Tells whether an item of a list can be written as a line, and read without a change. */
function isLine(item: unknown): boolean {
  if (typeof item === 'number' || typeof item === 'boolean') return true
  return typeof item === 'string' && item !== '' && item === item.trim() && !/\n|^\[/.test(item)
}
