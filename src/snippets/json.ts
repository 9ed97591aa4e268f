import { isText, type Text, type Value } from './values.ts'

type Parts = Text['$text']

/**
 * Writes a value as indented JSON. Variables stay apart from texts, which can contain any characters.
 * @param writeText writes a text with variables, with its quotation marks
 */
export function toJson(value: Value, writeText = quoteText, margin = ''): Parts {
  if (isText(value)) return writeText(value)
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)]
  const inner = `${margin}  `
  const isList = Array.isArray(value)
  const items = isList
    ? value.map((item) => toJson(item, writeText, inner))
    : Object.entries(value).map(([key, item]) => [
        `${JSON.stringify(key)}: `,
        ...toJson(item, writeText, inner),
      ])
  const [open, close] = isList ? '[]' : '{}'
  if (items.length === 0) return [`${open}${close}`]
  const lines = items.flatMap((item, index) => [`${index === 0 ? '' : ','}\n${inner}`, ...item])
  return [`${open}`, ...lines, `\n${margin}${close}`]
}

/** Writes a text with its variables between quotation marks. */
export const quoteText = ({ $text }: Text): Parts => [
  '"',
  ...$text.map((part) => (typeof part === 'string' ? escapeJson(part) : part)),
  '"',
]

/** Writes a part of a JSON text. */
export const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1)
