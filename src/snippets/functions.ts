import type { Call } from './call.ts'
import type { CallStep, Flow, FlowStep } from './flow.ts'
import { partsOfText, textOf, toCamelCase, type Value, variablesIn, variableText } from './values.ts'

/** A function that calls an operation. The values of its request refer to its parameters. */
export interface FlowFunction {
  call: Call
  parameters: Parameter[]
}

interface Parameter {
  name: string
  /** Where the value stands in a call. */
  part: 'pathParameters' | 'query' | 'headers' | 'cookies' | 'body'
  key: string
}

/** Lists all calls of a program, including skippable ones. */
export function callsOf(steps: FlowStep[]): CallStep[] {
  return steps.flatMap((step) => (step.kind === 'call' ? [step, ...callsOf(step.onSuccess)] : []))
}

/** Lists the variables of a request. */
export const variablesOf = ({ pathParameters, query, headers, cookies, body }: Call): string[] =>
  variablesIn([pathParameters, query, headers, cookies, body?.value ?? null])

/** Tells whether a program prints the response of a call. */
export const isPrinted = ({ call, outputs }: CallStep): boolean =>
  outputs.length === 0 && call.method === 'GET' && call.result.kind !== 'none'

/** Returns the text that a program prints at its end, unless it has just printed a response. */
export function closingText({ summary, steps }: Pick<Flow, 'summary' | 'steps'>): string | undefined {
  const last = callsOf(steps).at(-1)
  return last && isPrinted(last) ? undefined : `Done: ${summary}`
}

/** Tells whether a program asks the user. */
export const asksUser = (steps: FlowStep[]): boolean =>
  steps.some((step) => step.kind === 'ask' || (step.kind === 'call' && asksUser(step.onSuccess)))

/** Creates one function for each operation of a program. Values that contain variables become parameters. */
export function functionsOf(steps: FlowStep[]): FlowFunction[] {
  const functions = new Map<string, FlowFunction>()
  for (const { call } of callsOf(steps))
    if (!functions.has(call.operationId)) functions.set(call.operationId, toFunction(call))
  return [...functions.values()]
}

function toFunction(call: Call): FlowFunction {
  const parameters: Parameter[] = []
  const parametrize = (part: Parameter['part'], values: Record<string, Value>) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        if (variablesIn(value).length === 0) return [key, value]
        const isToken = key === 'Authorization'
        const name = isToken ? 'accessToken' : toCamelCase(key)
        parameters.push({ name, part, key })
        return [key, isToken ? textOf(['Bearer ', { variable: name }]) : variableText(name)]
      }),
    )
  const { body, pathParameters, query, headers, cookies } = call
  const parametrized: Call = {
    ...call,
    pathParameters: parametrize('pathParameters', pathParameters),
    query: parametrize('query', query),
    ...(body && { body: { ...body, value: parametrize('body', body.value as Record<string, Value>) } }),
    headers: parametrize('headers', headers),
    cookies: parametrize('cookies', cookies),
  }
  return { call: parametrized, parameters }
}

/** Returns the arguments of a call for the parameters of its function. */
export function argumentsOf({ call }: CallStep, { parameters }: FlowFunction): Value[] {
  return parameters.map(({ part, key }) => {
    const values = part === 'body' ? call.body?.value : call[part]
    const value = (values as Record<string, Value> | undefined)?.[key] ?? null
    if (key !== 'Authorization') return value
    return textOf(partsOfText(value).filter((part) => typeof part !== 'string'))
  })
}
