import { isDeepStrictEqual } from 'node:util'
import { type Choice, exampleNames, examplesOf, type Operation, type PrismRequest } from './prism.ts'

/** One example of a request body or parameter. */
interface Sample {
  name: string
  matches: (request: PrismRequest) => boolean
}

/**
 * Creates a matcher of request examples. A request and a response example with the same name belong together.
 * @returns a function that chooses the response example for a request. Of several matches, the one with the
 *   most parts wins.
 */
export function createExampleMatcher(operation: Operation): (request: PrismRequest) => Choice | undefined {
  const cases = [...Map.groupBy(samplesOf(operation), ({ name }) => name)]
  return (request) => {
    const matching = cases.filter(([, samples]) => samples.every(({ matches }) => matches(request)))
    const [best] = matching.sort(([, a], [, b]) => b.length - a.length)
    return best && responseNamed(operation, best[0])
  }
}

function samplesOf({ request = {} }: Operation): Sample[] {
  const parameters = [
    ...(request.path ?? []).map((parameter) => ({ parameter, readValue: pathValue })),
    ...(request.query ?? []).map((parameter) => ({ parameter, readValue: queryValue })),
    ...(request.headers ?? []).map((parameter) => ({ parameter, readValue: headerValue })),
  ]
  return [
    ...(request.body?.contents ?? []).flatMap(examplesOf).map(({ key, value }) => ({
      name: key,
      // If the body is optional, a missing one equals `{}`.
      matches: ({ body = request.body?.required ? undefined : {} }: PrismRequest) =>
        isDeepStrictEqual(body, value),
    })),
    ...parameters.flatMap(({ parameter, readValue }) =>
      examplesOf(parameter).map(({ key, value }) => ({
        name: key,
        matches: (request: PrismRequest) => readValue(request, parameter.name) === String(value),
      })),
    ),
  ]
}

const pathValue = ({ pathParameters }: PrismRequest, name: string) => pathParameters[name]
const queryValue = ({ url }: PrismRequest, name: string) => url.query?.[name]?.toString()
const headerValue = ({ headers }: PrismRequest, name: string) => headers?.[name.toLowerCase()]

/** Chooses the response example with a name, or else a success without examples, such as an empty 204. */
export function responseNamed({ responses }: Operation, example: string): Choice | undefined {
  const named = responses.find((response) => exampleNames(response).includes(example))
  if (named) return { code: named.code, example }
  const withoutExamples = responses.find(
    (response) => response.code < '400' && exampleNames(response).length === 0,
  )
  return withoutExamples && { code: withoutExamples.code }
}
