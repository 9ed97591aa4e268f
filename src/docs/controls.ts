import { controls } from '../common/controls.ts'
import type { Document } from '../openapi/document.ts'
import { exampleResponses } from '../openapi/examples.ts'

export const controlsPath = `${controls}/index.html`

/** Returns the name of the API whose sandbox the examples of the controls show. */
export function apiOfExamples(document: Document): string {
  const [example] = exampleResponses(document, 'getSeed')?.get(200) ?? []
  const { api } = { api: '', ...(example?.response.body as object) }
  return api
}
