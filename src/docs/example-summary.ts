import type { Examples } from '../openapi/document.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'

/** Returns the summary of an example after a colon, and an empty text if it has none. */
export function exampleSummary(document: object, sources: Examples[], name: string | undefined): string {
  const node = name === undefined ? undefined : sources.find((examples) => name in examples)?.[name]
  const { summary = '' } = node ? resolveRef<{ summary?: string }>(document, node) : {}
  return summary && `: ${summary}`
}
