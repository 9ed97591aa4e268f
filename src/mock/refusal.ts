import { type Choice, type DeclaredResponse, examplesOf, type Operation } from './prism.ts'
import type { Fault, Verdict } from './violations.ts'

/** The statuses that speak of a fault, the most telling first, and the words that its examples are named with. */
const refusals: Record<Fault, { codes: [string, ...string[]]; words: string[] }> = {
  credentials: { codes: ['401'], words: ['missing'] },
  mediaType: { codes: ['415', '400', '422'], words: ['unsupported', 'media', 'content', 'type'] },
  syntax: { codes: ['400', '422'], words: ['malformed', 'invalid', 'json'] },
  form: { codes: ['422', '400'], words: ['invalid'] },
}

/**
 * The declared refusal that a request in violation gets: the status that fits the fault, and of its examples the one
 * whose name says most of what the violations say (`missingPassword` for a missing password), else the first.
 * @returns undefined when the operation declares no refusal of that kind
 */
export function fittingRefusal({ responses }: Operation, { fault, violations }: Verdict): Choice | undefined {
  const { codes, words } = refusals[fault]
  const [response] = codes.flatMap((code) => responses.filter((candidate) => candidate.code === code))
  if (!response) return undefined
  const said = new Set([
    ...words,
    ...violations.flatMap(({ location, message }) => wordsOf(`${location.join(' ')} ${message}`)),
    ...(violations.some(({ code }) => code === 'required') ? ['missing'] : []),
  ])
  const score = (name: string) => wordsOf(name).filter((word) => said.has(word)).length
  const [best] = exampleNames(response).sort((a, b) => score(b) - score(a))
  return { code: response.code, ...(best && { example: best }) }
}

/** The status of a refusal that a contract forgot. */
export const undeclaredStatus = ({ fault }: Verdict) => Number(refusals[fault].codes[0])

/** The names of a response's examples; those of headers count, for a redirect has no body. */
export function exampleNames({ contents = [], headers = [] }: DeclaredResponse): string[] {
  return [...new Set([...contents, ...headers].flatMap(examplesOf).map(({ key }) => key))]
}

const wordsOf = (text: string) =>
  text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean)
