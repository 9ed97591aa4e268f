import { isDeepStrictEqual } from 'node:util'
import { type Call, type Choice, examplesOf, type Operation } from './prism.ts'

/** One example of a request's body or of one of its parameters. */
type Sample = { name: string; matches: (call: Call) => boolean }

/**
 * Finds the contract case that a request is: a request example and the response example of its name belong together, so
 * a request that equals the example in its body and in its parameters gets that very answer.
 * Of several cases the one with the most matching parts is meant, then the one that stands first.
 */
export function createPairing(operation: Operation): (call: Call) => Choice | undefined {
  const cases = [...Map.groupBy(samplesOf(operation), ({ name }) => name)]
  return (call) => {
    const matching = cases.filter(([, samples]) => samples.every(({ matches }) => matches(call)))
    const [best] = matching.sort(([, a], [, b]) => b.length - a.length)
    return best && answerNamed(operation, best[0])
  }
}

function samplesOf({ request = {} }: Operation): Sample[] {
  const parameters = [
    ...(request.path ?? []).map((parameter) => ({ parameter, from: pathValue })),
    ...(request.query ?? []).map((parameter) => ({ parameter, from: queryValue })),
    ...(request.headers ?? []).map((parameter) => ({ parameter, from: headerValue })),
  ]
  return [
    ...(request.body?.contents ?? []).flatMap(examplesOf).map(({ key, value }) => ({
      name: key,
      // Where a body is optional, none says as much as an empty one.
      matches: ({ body = request.body?.required ? undefined : {} }: Call) => isDeepStrictEqual(body, value),
    })),
    ...parameters.flatMap(({ parameter, from }) =>
      examplesOf(parameter).map(({ key, value }) => ({
        name: key,
        matches: (call: Call) => from(call, parameter.name) === String(value),
      })),
    ),
  ]
}

const pathValue = ({ pathParameters }: Call, name: string) => pathParameters[name]
const queryValue = ({ url }: Call, name: string) => url.query?.[name]?.toString()
const headerValue = ({ headers }: Call, name: string) => headers?.[name.toLowerCase()]

/** The answer that bears the name; a success without any example (an empty 204) is the answer to all the others. */
export function answerNamed({ responses }: Operation, example: string): Choice | undefined {
  const answers = responses.map(({ code, contents = [], headers = [] }) => ({
    code,
    names: [...contents, ...headers].flatMap(examplesOf).map(({ key }) => key),
  }))
  const named = answers.find(({ names }) => names.includes(example))
  if (named) return { code: named.code, example }
  const silent = answers.find(({ code, names }) => code < '400' && names.length === 0)
  return silent && { code: silent.code }
}
