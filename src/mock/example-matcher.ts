import { isDeepStrictEqual } from 'node:util'
import { type Call, type Choice, exampleNames, examplesOf, type Operation } from './prism.ts'

/** One example of a request body or parameter. */
interface Sample {
  name: string
  matches: (call: Call) => boolean
}

/**
 * Finds the contract case that a request equals: request and response examples of one name belong together.
 * @returns chooses the response example for a request; of several cases the one with the most matching parts, then the
 *   first
 */
export function createExampleMatcher(operation: Operation): (call: Call) => Choice | undefined {
  const cases = [...Map.groupBy(samplesOf(operation), ({ name }) => name)]
  return (call) => {
    const matching = cases.filter(([, samples]) => samples.every(({ matches }) => matches(call)))
    const [best] = matching.sort(([, a], [, b]) => b.length - a.length)
    return best && responseNamed(operation, best[0])
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
      // Where the body is optional, no body equals an empty one.
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

/** Chooses the response example of a name; a success without examples (an empty 204) stands for all other names. */
export function responseNamed({ responses }: Operation, example: string): Choice | undefined {
  const named = responses.find((response) => exampleNames(response).includes(example))
  if (named) return { code: named.code, example }
  const silent = responses.find((response) => response.code < '400' && exampleNames(response).length === 0)
  return silent && { code: silent.code }
}
