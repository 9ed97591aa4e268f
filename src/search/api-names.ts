import { splitWords } from './tokens.ts'

/**
 * Returns a function that finds the APIs that a query names.
 * @param names the names of all APIs. A name such as `acme-auth` is several words in a query
 */
export function createApiNames(names: readonly string[]): (words: readonly string[]) => ReadonlySet<string> {
  const phrases = names.map((name) => ({ name, phrase: ` ${splitWords(name).join(' ')} ` }))
  return (words) => {
    const query = ` ${words.join(' ')} `
    return new Set(phrases.flatMap(({ name, phrase }) => (query.includes(phrase) ? name : [])))
  }
}
