/** The prose of a bundled contract by path: titles, summaries, and descriptions, also of enum values. */
export function proseOf(document: object): Map<string, string> {
  const found = new Map<string, string>()
  visit(document, [])
  return found

  function visit(node: object, path: string[]): void {
    for (const [key, value] of Object.entries(node)) {
      const parent = path.at(-1) ?? ''
      const isExampleValue = key === 'value' && ['examples', 'x-invalid-examples'].includes(path.at(-2) ?? '')
      // The keys of these are names, not keywords.
      const isNamed = ['properties', 'examples', 'x-invalid-examples'].includes(parent)
      const isProse = (prose.has(key) && !isNamed) || parent === 'x-enumDescriptions'
      if (isExampleValue) continue
      if (typeof value === 'string' && isProse) found.set([...path, key].join(' > '), value)
      else if (typeof value === 'object' && value !== null) visit(value, [...path, key])
    }
  }
}

const prose = new Set(['title', 'summary', 'description'])

/** The English words of a text, apart from code spans, URLs and names that are the same in every language. */
export function englishWordsIn(text: string): string[] {
  const words = withoutCode(text).match(/[A-Za-z][\w'-]*/g) ?? []
  return words.filter((word) => !names.has(word))
}

const names = new Set(['Google', 'GitHub'])

/** The English sentences of a text: runs of four words or more. */
export function englishSentencesIn(text: string): string[] {
  return withoutCode(text).match(/[A-Za-z][a-z']*(?: [a-z']+){3,}/g) ?? []
}

const withoutCode = (text: string): string => text.replace(/`[^`]*`/g, '`').replace(/https?:\/\/[!-~]+/g, '')

/** The code spans of a text. */
export function codeSpansIn(text: string): string[] {
  return [...text.matchAll(/`([^`]*)`/g)].map(([, code = '']) => code.replace(/\s+/g, ' '))
}
