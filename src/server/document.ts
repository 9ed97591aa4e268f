import { documents } from '../../generated/documents.ts'
import type { VariantName } from '../../generated/index.ts'
import type { Document } from '../openapi/document.ts'

/** Loads the contract of an API. All servers of a process share it, and nothing changes it. */
export async function loadDocument(name: VariantName): Promise<Document> {
  return (await documents[name]()) as unknown as Document
}
