import type { Schema } from '../../openapi/document.ts'
import { toPointer } from '../../openapi/pointer.ts'
import { followRef } from '../../openapi/resolve-ref.ts'
import { isForOtherSide } from '../../openapi/side.ts'
import { type Contract, mediaTypeOf, type Operation, responseFor } from './contract.ts'
import { childrenOf } from './schema-children.ts'

/** Returns the pointer of a property of that name in the schema of a response, unless it is `writeOnly`. */
export function declaredPropertyOf(
  contract: Contract,
  operation: Operation,
  status: number,
  name: string,
): string | undefined {
  const response = responseFor(operation, status)
  const media = response && mediaTypeOf(response)
  if (!media?.node.schema) return undefined
  const visited = new Set<string>()

  function find(node: Schema, pointer: string): string | undefined {
    const located = followRef<Schema>(contract.document, node, pointer)
    if (visited.has(located.pointer)) return undefined
    visited.add(located.pointer)
    for (const [child, step] of childrenOf(located.node)) {
      const isNamed = step === toPointer('properties', name)
      if (isNamed && !isForOtherSide(contract.document, child, 'response')) return located.pointer + step
      const found = find(child, located.pointer + step)
      if (found !== undefined) return found
    }
    return undefined
  }

  return find(media.node.schema, `${media.pointer}/schema`)
}
