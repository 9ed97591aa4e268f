import type { Entry } from './entry.ts'

/**
 * Returns a function that finds the entries whose names a query contains. The name of an error brings along
 * all names of this error, so that the text of a message also finds guides that mention only its code.
 */
export function createNameIndex(entries: Entry[]): (query: string) => ReadonlySet<number> {
  const idsByName = new Map<string, number[]>()
  for (const [id, { names }] of entries.entries())
    for (const name of names) idsByName.set(name, [...(idsByName.get(name) ?? []), id])
  const matchers = [...idsByName].map(([name, ids]) => ({ ids, matches: matcherOf(name) }))

  return (query) => {
    const asked = { verbatim: ` ${query} `, words: ` ${normalized(query)} ` }
    const found = new Set(matchers.filter(({ matches }) => matches(asked)).flatMap(({ ids }) => ids))
    for (const id of [...found]) {
      const entry = entries[id]
      if (entry?.kind !== 'error') continue
      for (const name of entry.names)
        for (const other of idsByName.get(name) ?? [])
          if (entries[other]?.variant === entry.variant) found.add(other)
    }
    return found
  }
}

type Asked = Record<'verbatim' | 'words', string>

/**
 * Messages are compared without case and punctuation. Identifiers must be written as they are, because
 * "sign up" is a topic and `signUp` an operation; words such as "user" are never names.
 */
function matcherOf(name: string): (asked: Asked) => boolean {
  if (/\s/.test(name)) {
    const words = ` ${normalized(name)} `
    return (asked) => asked.words.includes(words)
  }
  if (!/[a-z][A-Z]|[_/.-]/.test(name)) return () => false
  return ({ verbatim }) => {
    const at = verbatim.indexOf(name)
    const isPart = (character = '') => /[\w/]/.test(character)
    return at > 0 && !isPart(verbatim[at - 1]) && !isPart(verbatim[at + name.length])
  }
}

function normalized(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\d]+/gu, ' ')
    .trim()
}
