import type { VariantName } from '../../generated/index.ts'
import { type Guide, listGuides } from '../guides/index.ts'
import type { Document } from '../openapi/document.ts'
import { type FlowDocument, loadFlows } from '../snippets/index.ts'
import type { PageUrl } from './paths.ts'
import { readContract } from './summary.ts'

/** Where the docs are shown. */
export interface DocsOptions {
  url: PageUrl
  /** Returns the URL of a server of an API, to which generated code sends its requests. */
  baseUrl: (variant: VariantName) => string
}

/** Everything that the pages of one API are made of. */
export interface DocsContext {
  variant: VariantName
  document: Document
  guides: Guide[]
  flows: FlowDocument
  url: PageUrl
  baseUrl: string
}

export async function readContext(variant: VariantName, { url, baseUrl }: DocsOptions): Promise<DocsContext> {
  const [document, guides, flows] = await Promise.all([
    readContract(variant),
    listGuides(variant),
    loadFlows(variant),
  ])
  return { variant, document, guides, flows, url, baseUrl: baseUrl(variant) }
}
