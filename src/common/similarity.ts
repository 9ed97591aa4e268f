/** Sorts names by similarity to a text (Sørensen–Dice coefficient of letter pairs), closest first. */
export function sortBySimilarity(names: readonly string[], text: string): string[] {
  const wanted = pairsOf(text)
  const similarity = (name: string) => {
    const pairs = pairsOf(name)
    return (2 * [...pairs].filter((pair) => wanted.has(pair)).length) / (pairs.size + wanted.size || 1)
  }
  return names.toSorted((a, b) => similarity(b) - similarity(a))
}

function pairsOf(text: string): Set<string> {
  const letters = text.toLowerCase()
  return new Set(Array.from(letters.slice(1), (letter, index) => letters.charAt(index) + letter))
}
