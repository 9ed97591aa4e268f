import { toPointer } from '../openapi/pointer.ts'
import { findTarget, pointerOf } from './find-target.ts'
import { referencesOf, walk } from './walk.ts'

/** The components by the keyword below which a reference to them stands. Schemas stand below all others. */
const kinds: Record<string, string> = {
  ...{ parameters: 'parameters', headers: 'headers', responses: 'responses', examples: 'examples' },
  ...{ requestBody: 'requestBodies', requestBodies: 'requestBodies', links: 'links' },
  ...{ callbacks: 'callbacks', securitySchemes: 'securitySchemes' },
}

/**
 * Moves every target of a reference that is not a component to the components, because generators name what
 * they find there. Changes the document.
 * @param fileNameOf returns the name of the file whose root is at a pointer
 * @returns the former pointer of each moved node, by its new one
 */
export function hoist(
  document: Record<string, unknown>,
  fileNameOf: (pointer: string) => string | undefined,
): Record<string, string> {
  document.components ??= {}
  const components = document.components as Record<string, Record<string, unknown>>
  const references = new Map<string, string>()
  const moved: Record<string, string> = {}

  const visit = (node: Record<string, unknown>, place: string): void => {
    for (const { holder, key } of referencesOf(node)) {
      const reference = holder[key] ?? ''
      if (reference.startsWith('#/') && !isComponent(reference))
        holder[key] = references.get(reference) ?? move(reference, place)
    }
  }

  /** Returns the reference to the moved target. */
  function move(reference: string, place: string): string {
    const kind = kinds[place] ?? 'schemas'
    components[kind] ??= {}
    const group = components[kind]
    const pointer = pointerOf(reference)
    const name = uniqueName(fileNameOf(pointer) ?? reference.slice(reference.lastIndexOf('/') + 1), group)
    const target = findTarget(document, reference)
    group[name] = target
    moved[toPointer('components', kind, name)] = pointer
    const own = `#${toPointer('components', kind, name)}`
    references.set(reference, own)
    walk(target, visit, { place })
    return own
  }

  walk(withoutFiles(document), visit)
  return moved
}

const isComponent = (reference: string) => /^#\/components\/[^/]+\/[^/]+$/.test(reference)

/** The other files are visited from the references to them. */
function withoutFiles(document: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== 'x-files'))
}

function uniqueName(text: string, taken: object): string {
  const name = text.replace(/[^\w.-]+/g, '_')
  let candidate = name
  for (let count = 2; candidate in taken; count++) candidate = `${name}${count}`
  return candidate
}
