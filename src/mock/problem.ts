/** What is said where no contract has words for it: RFC 9457 problem details. */
export function problem(status: number, detail: string, more: Record<string, unknown> = {}): Response {
  return Response.json(
    { status, detail, ...more },
    { status, headers: { 'content-type': 'application/problem+json' } },
  )
}

/**
 * Sorts names by how much they look like what somebody wrote, the nearest first: by the share of letter pairs that both
 * have (Sørensen and Dice).
 */
export function byLikeness(names: string[], written: string): string[] {
  const wanted = pairsOf(written)
  const likeness = (name: string) => {
    const pairs = pairsOf(name)
    return (2 * [...pairs].filter((pair) => wanted.has(pair)).length) / (pairs.size + wanted.size || 1)
  }
  return names.toSorted((a, b) => likeness(b) - likeness(a))
}

function pairsOf(text: string): Set<string> {
  const letters = text.toLowerCase()
  return new Set(Array.from(letters.slice(1), (letter, index) => letters.charAt(index) + letter))
}
