/**
 * Sorts schemas so that each follows those that it refers to, except where they refer to each other.
 * @param targetsOf returns the names of the schemas that a schema refers to
 */
export function inOrderOfUse(names: string[], targetsOf: (name: string) => string[]): string[] {
  const order = new Set<string>()
  const visited = new Set<string>()
  const visit = (name: string) => {
    if (visited.has(name)) return
    visited.add(name)
    for (const target of targetsOf(name)) visit(target)
    order.add(name)
  }
  for (const name of names) visit(name)
  return [...order]
}
