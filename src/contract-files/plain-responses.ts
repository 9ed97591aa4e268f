import type { Document, Operation } from '../openapi/document.ts'
import { walk } from './walk.ts'

/**
 * Leaves only responses below `responses`, whose keys are statuses, ranges such as `4XX`, or `default`, in
 * place: extensions (`x-…`) are removed, and `4xx` becomes `4XX` (OpenAPI 3.1.1, section 4.8.16).
 */
export function plainResponses(document: Document): void {
  walk(document, (node, place) => {
    const { responses } = node as Operation
    // Below `components`, the keys are names.
    if (place === 'components' || typeof responses !== 'object' || responses === null) return
    const entries = Object.entries(responses).filter(([key]) => !key.startsWith('x-'))
    node.responses = Object.fromEntries(entries.map(([key, value]) => [key.replace(/xx$/, 'XX'), value]))
  })
}
