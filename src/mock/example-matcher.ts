import { isDeepStrictEqual } from 'node:util'
import { textOf } from '../openapi/read-parameter.ts'
import type { MockRequest } from './mock-request.ts'
import { type Example, type Operation, responseExampleNames } from './operation.ts'
import { type Choice, statusOf } from './responder.ts'

/** One example of a request body or parameter. */
interface Sample {
  name: string
  matches: (request: MockRequest) => boolean
}

/**
 * Creates a matcher of request examples. A request and a response example with the same name belong together.
 * @returns a function that chooses the response example for a request. Of several matches, the one with the
 *   most parts wins.
 */
export function createExampleMatcher(operation: Operation): (request: MockRequest) => Choice | undefined {
  const cases = [...Map.groupBy(samplesOf(operation), ({ name }) => name)]
  return (request) => {
    const matching = cases.filter(([, samples]) => samples.every(({ matches }) => matches(request)))
    const [best] = matching.sort(([, a], [, b]) => b.length - a.length)
    return best && responseNamed(operation, best[0])
  }
}

function samplesOf({ parameters, body: declared }: Operation): Sample[] {
  return [
    ...(declared?.contents ?? []).flatMap(namedExamples).map(({ name, value }) => ({
      name,
      // If the body is optional, a missing one equals `{}`.
      matches: ({ body = declared?.required ? undefined : {} }: MockRequest) =>
        isDeepStrictEqual(body, value),
    })),
    ...parameters.flatMap((parameter) =>
      namedExamples(parameter).map(({ name, value }) => ({
        name,
        matches: (request: MockRequest) => textOf(parameter, request) === String(value),
      })),
    ),
  ]
}

function namedExamples({ examples }: { examples: Example[] }): { name: string; value: unknown }[] {
  return examples.flatMap(({ name, value }) => (name === undefined ? [] : [{ name, value }]))
}

/** Chooses the response example with a name, or else a success without examples, such as an empty 204. */
export function responseNamed(operation: Operation, example: string): Choice | undefined {
  const { responses } = operation
  const named = responses.find((response) => responseExampleNames(response).includes(example))
  if (named) return { code: named.code, example, ...statusChoice(operation, named.code) }
  const withoutExamples = responses.find(
    (response) => response.code < '400' && responseExampleNames(response).length === 0,
  )
  return withoutExamples && { code: withoutExamples.code, ...statusChoice(operation, withoutExamples.code) }
}

function statusChoice(operation: Operation, code: string): Pick<Choice, 'status'> {
  const status = statusOf(operation, code)
  return String(status) === code ? {} : { status }
}
