import {
  type Document,
  type Method,
  methods,
  type Operation,
  type Parameter,
  type PathItem,
  type Ref,
} from './document.ts'
import { toPointer } from './pointer.ts'
import { resolveRef } from './resolve-ref.ts'

/** An operation with its path, its method, and all its parameters, including those of the path item. */
export interface Endpoint {
  path: string
  method: Method
  operation: Operation
  parameters: (Parameter | Ref)[]
}

/** Returns all operations in the order of the document. */
export function endpointsOf(document: Pick<Document, 'paths'>): Endpoint[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation
        ? [{ path, method, operation, parameters: parametersOf(document, item, operation) }]
        : []
    }),
  )
}

/** Finds an operation by its `operationId`. */
export function findEndpoint(document: Pick<Document, 'paths'>, operationId: string): Endpoint | undefined {
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const method of methods) {
      const operation = item[method]
      if (operation?.operationId === operationId)
        return { path, method, operation, parameters: parametersOf(document, item, operation) }
    }
  return undefined
}

/** Returns the JSON Pointer of a parameter, which stands in the operation or in its path item. */
export function pointerOfParameter(
  { paths }: Pick<Document, 'paths'>,
  { path, method, operation }: Endpoint,
  parameter: Parameter | Ref,
): string {
  const own = operation.parameters?.indexOf(parameter) ?? -1
  if (own >= 0) return toPointer('paths', path, method, 'parameters', String(own))
  return toPointer('paths', path, 'parameters', String(paths?.[path]?.parameters?.indexOf(parameter)))
}

function parametersOf(document: object, item: PathItem, operation: Operation): (Parameter | Ref)[] {
  const key = (parameter: Parameter | Ref) => {
    const { in: location, name } = resolveRef(document, parameter)
    return `${location} ${name}`
  }
  const own = operation.parameters ?? []
  const overridden = new Set(own.map(key))
  const shared = (item.parameters ?? []).filter((parameter) => !overridden.has(key(parameter)))
  return [...shared, ...own]
}
