import type { Document, Schema } from '../../openapi/document.ts'
import { requiredOf, type Side } from '../../openapi/side.ts'

/**
 * Copies a document for one side: what the other side sends is not required.
 * @returns the document itself if both sides are the same
 */
export function documentOf(document: Document, side: Side): Document {
  let isChanged = false
  const copy = structuredClone(document)

  function visit(node: unknown): void {
    if (typeof node !== 'object' || node === null) return
    const { required } = node as Schema
    if (Array.isArray(required)) {
      const kept = requiredOf(document, node as Schema, side)
      if (kept.length < required.length) {
        isChanged = true
        ;(node as Schema).required = kept
      }
    }
    for (const child of Object.values(node)) visit(child)
  }

  visit(copy)
  return isChanged ? copy : document
}
