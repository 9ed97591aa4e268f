import type { Document, Operation } from '../openapi/document.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { toPointer } from '../openapi/pointer.ts'

/**
 * Gives every operation without an `operationId` one that follows from its method and path, such as
 * `getUsersById`. The second of two operations with the same id gets a new one, too. Changes the document.
 * @returns a warning about each changed operation
 */
export function completeOperationIds(document: Document): { message: string; pointer: string }[] {
  const endpoints = endpointsOf(document)
  const declared = new Set(endpoints.map(({ operation }) => operation.operationId))
  const seen = new Set<string>()
  return endpoints.flatMap(({ path, method, operation }) => {
    const given: Operation['operationId'] = operation.operationId
    if (given && !seen.has(given)) {
      seen.add(given)
      return []
    }
    const derived = uniqueId(idOf(method, path), (id) => declared.has(id) || seen.has(id))
    operation.operationId = derived
    seen.add(derived)
    const name = `${method.toUpperCase()} ${path}`
    const reason = given ? `has the operationId ${given} of another operation` : 'has no operationId'
    return [
      {
        message: `${name} ${reason}, so it is called ${derived}.`,
        pointer: toPointer('paths', path, method),
      },
    ]
  })
}

/** Converts `GET /users/{user_id}/api-keys` to `getUsersByUserIdApiKeys`. */
function idOf(method: string, path: string): string {
  const words = path
    .replaceAll(/\{([^}]*)\}/g, ' by $1 ')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function uniqueId(id: string, isTaken: (id: string) => boolean): string {
  let candidate = id
  for (let count = 2; isTaken(candidate); count++) candidate = `${id}${count}`
  return candidate
}
