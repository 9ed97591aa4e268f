/** Sorts names by similarity to a text (Sørensen–Dice coefficient of letter pairs), closest first. */
export function sortBySimilarity(names: readonly string[], text: string): string[] {
  return names.toSorted((a, b) => similarity(b, text) - similarity(a, text))
}

/** Tells whether a text may be a misspelling or a part of the name. */
export function isSimilar(name: string, text: string): boolean {
  return name.toLowerCase().includes(text.toLowerCase()) || similarity(name, text) >= 0.4
}

function similarity(name: string, text: string): number {
  const [pairs, wanted] = [pairsOf(name), pairsOf(text)]
  return (2 * [...pairs].filter((pair) => wanted.has(pair)).length) / (pairs.size + wanted.size || 1)
}

function pairsOf(text: string): Set<string> {
  const letters = text.toLowerCase()
  return new Set(Array.from(letters.slice(1), (letter, index) => letters.charAt(index) + letter))
}
