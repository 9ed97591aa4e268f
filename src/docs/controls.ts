import type { Document } from '../openapi/document.ts'
import { exampleResponses } from '../openapi/examples.ts'

/** The name of the development controls in the paths of the docs, where APIs have theirs. */
export const controls = 'controls'

export const controlsPath = `${controls}/index.html`

/** Returns the name of the API whose sandbox the examples of the controls show. */
export function apiOfExamples(document: Document): string {
  const [example] = exampleResponses(document, 'getSeed')?.get(200) ?? []
  const { api } = { api: '', ...(example?.response.body as object) }
  return api
}
