/**
 * Returns the helpers that generated code needs, in the order of their definition.
 * @param definitions source code by name
 */
export function usedHelpers(code: string, definitions: Record<string, string>): string[] {
  const used = new Set<string>()
  const add = (text: string) => {
    for (const [name, definition] of Object.entries(definitions)) {
      if (used.has(name) || !new RegExp(`[( ]${name}[ (),]`).test(text)) continue
      used.add(name)
      add(definition.slice(definition.indexOf('= ')))
    }
  }
  add(code)
  return Object.entries(definitions).flatMap(([name, definition]) => (used.has(name) ? [definition] : []))
}
