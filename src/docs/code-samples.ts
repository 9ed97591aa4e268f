import type { Document } from '../openapi/document.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { generateCode, languages } from '../snippets/index.ts'

/** The names by which Redoc highlights languages. */
const highlighting = { typescript: 'TypeScript', shell: 'Shell', python: 'Python' }

/** The languages of the code samples. */
export const sampleLanguages = languages.map(({ id, label, language }) => ({
  id,
  label,
  lang: highlighting[language],
}))

/**
 * Adds the code of each operation in all languages, as Redoc shows it.
 * @param document the document of the page
 * @param contract the contract, whose examples the code sends
 * @param baseUrl the URL of the server that the code calls
 * @param isSandbox whether it is a sandbox or mock
 * @param samples the languages, all by default
 */
export function withCodeSamples(
  document: Document,
  contract: Document,
  variant: string,
  baseUrl: string,
  isSandbox: boolean,
  samples = sampleLanguages,
): Document {
  const page = structuredClone(document)
  for (const { operation } of endpointsOf(page)) {
    const { operationId } = operation
    if (operationId === undefined) continue
    operation['x-codeSamples'] = samples.map(({ id, lang, label }) => ({
      lang,
      label,
      source: generateCode({ document: contract, variant, operationId, lang: id, baseUrl, isSandbox }).code,
    }))
  }
  return page
}
