import { answerNamed } from './example-matcher.ts'
import { type Call, type Choice, examplesOf, type Operation } from './prism.ts'
import { findFormFaults, type Verdict } from './violations.ts'

/**
 * Learns from the examples that break the contract on purpose. A request that breaks the same rule in the same place as
 * one of them gets that example's answer, whatever else it says: any unknown provider is the unknown provider's 404.
 */
export function createPrecedents(operation: Operation): (verdict: Verdict) => Choice | undefined {
  let precedents: Map<string, Choice> | undefined
  return ({ violations }) => {
    precedents ??= learn(operation)
    const [first] = violations.flatMap(({ message }) => precedents?.get(message) ?? [])
    return first
  }
}

function learn(operation: Operation): Map<string, Choice> {
  const precedents = new Map<string, Choice>()
  for (const name of new Set(
    partsOf(operation)
      .flatMap(examplesOf)
      .map(({ key }) => key),
  )) {
    const [violation, ...others] = findFormFaults(operation, exampleCall(operation, name))
    const answer = answerNamed(operation, name)
    // An example with several violations does not say which of them its answer is about.
    if (violation && others.length === 0 && answer && !precedents.has(violation.message)) {
      precedents.set(violation.message, answer)
    }
  }
  return precedents
}

const partsOf = ({ request = {} }: Operation) => [
  ...(request.body?.contents ?? []),
  ...(request.path ?? []),
  ...(request.query ?? []),
  ...(request.headers ?? []),
]

type Part = Parameters<typeof examplesOf>[0]

/** The request that a case stands for: every part by its example of that name, else by its first one. */
function exampleCall({ method, path, request = {} }: Operation, name: string): Call {
  const sample = (part: Part) => {
    const examples = examplesOf(part)
    return (examples.find(({ key }) => key === name) ?? examples[0])?.value
  }
  const values = (parameters: (Part & { name: string })[] = []) =>
    Object.fromEntries(
      parameters.flatMap((parameter) => {
        const value = sample(parameter)
        return value === undefined ? [] : [[parameter.name, String(value)]]
      }),
    )
  const pathParameters = values(request.path)
  const [content] = request.body?.contents ?? []
  return {
    method: method as Call['method'],
    url: {
      path: path.replace(/\{([^}]+)\}/g, (_, key: string) => encodeURIComponent(pathParameters[key] ?? '')),
      query: values(request.query),
    },
    pathParameters,
    headers: values(request.headers),
    body: content && sample(content),
  }
}
