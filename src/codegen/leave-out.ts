import type { Document, PathItem } from '../openapi/document.ts'
import { type Endpoint, endpointsOf } from '../openapi/operations.ts'
import { toPointer } from '../openapi/pointer.ts'
import { findLimits, type Limit } from './limits.ts'

/**
 * Removes the operations that generated code cannot express, and the components that only they refer to.
 * @returns the rest of the document, and a warning for each reason
 */
export function leaveOutLimits(document: Document): { document: Document; warnings: Limit[] } {
  const limits = findLimits(document)
  if (limits.length === 0) return { document, warnings: [] }
  const components = componentsOf(document)
  const operations = endpointsOf(document).map(({ path, method, operation, parameters }) => ({
    ...{ path, method, id: operation.operationId ?? '' },
    places: [toPointer('paths', path, method), toPointer('paths', path, 'parameters')],
    references: referencesIn({ operation, parameters }),
  }))

  const barred = new Set<string>()
  const paths = { ...document.paths }
  const warnings = limits.map(({ pointer, message }) => {
    const concerned = dependentsOf(pointer, components)
    for (const reference of concerned) barred.add(reference)
    const affected = operations.filter(
      ({ places, references }) =>
        places.some((place) => `${pointer}/`.startsWith(`${place}/`)) ||
        references.some((reference) => concerned.has(reference)),
    )
    for (const { path, method } of affected) {
      const { [method]: _, ...item } = paths[path] as PathItem
      paths[path] = item
    }
    return { pointer, message: `${message} ${consequence(affected.map(({ id }) => id))}` }
  })
  return { document: { ...document, paths, components: withoutComponents(document, barred) }, warnings }
}

/** Returns the operations that are not in the rest of a document. */
export function leftOutOf(document: Document, rest: Document): Endpoint[] {
  return endpointsOf(document).filter(({ path, method }) => !rest.paths?.[path]?.[method])
}

function consequence(ids: string[]): string {
  if (ids.length === 0) return 'No operation needs it.'
  const shown = ids.length > 5 ? [...ids.slice(0, 5), `${ids.length - 5} more`] : ids
  return `The code leaves out ${shown.join(', ')}.`
}

/** Returns the references in each component, by the reference to it. */
function componentsOf({ components = {} }: Document): Map<string, string[]> {
  return new Map(
    Object.entries(components).flatMap(([kind, group]) =>
      Object.entries(group as object).map(
        ([name, node]) => [`#${toPointer('components', kind, name)}`, referencesIn(node)] as const,
      ),
    ),
  )
}

/** Returns the component that contains a part of the document, and all that refer to it. */
function dependentsOf(pointer: string, components: Map<string, string[]>): Set<string> {
  if (!pointer.startsWith('/components/')) return new Set()
  const dependents = new Set([`#${pointer.split('/').slice(0, 4).join('/')}`])
  for (const target of dependents)
    for (const [reference, targets] of components) if (targets.includes(target)) dependents.add(reference)
  return dependents
}

function withoutComponents(
  { components = {} }: Document,
  barred: Set<string>,
): NonNullable<Document['components']> {
  const groups = Object.entries(components).map(([kind, group]) => {
    const kept = Object.entries(group as object).filter(
      ([name]) => !barred.has(`#${toPointer('components', kind, name)}`),
    )
    return [kind, Object.fromEntries(kept)]
  })
  return Object.fromEntries(groups)
}

function referencesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  const own = '$ref' in node && typeof node.$ref === 'string' ? [node.$ref] : []
  return [...own, ...Object.values(node).flatMap(referencesIn)]
}
