import { errorClass } from './api-error.ts'
import { clientExpression, createClient, factoryName } from './client.ts'
import type { CallStep, Flow, FlowStep } from './flow.ts'
import { askFunction, closingLine, declareInputs, destructure, readlineImport } from './flow-typescript.ts'
import { asksUser, callsOf, isPrinted, variablesOf } from './functions.ts'
import { declareConstants, indent, paragraphs } from './text.ts'
import { toTypeScript, variablesIn } from './values.ts'

/** Writes a flow as TypeScript with the typed client, which keeps the session itself. */
export function clientFlow(flow: Flow, baseUrl: string, variant: string): string {
  const key = flow.projectKey
  const taken = [variant, ...reservedNames, ...flow.inputs.map(({ name }) => name)]
  const steps = nameResults(withoutSession(flow.steps), taken)
  const imports = [
    ...(asksUser(steps) ? [readlineImport] : []),
    `import { ${factoryName(variant)} } from "auth-contracts/client";`,
  ]
  const constants = [
    `const baseUrl = ${JSON.stringify(baseUrl)};`,
    ...(key ? [declareConstants([key])] : []),
    ...declareInputs(flow.inputs),
  ]
  return paragraphs(
    `// ${flow.summary}`,
    imports.join('\n'),
    constants.join('\n'),
    `const ${variant} = ${createClient(variant, 'baseUrl', key)};`,
    ...callsOf(steps)
      .slice(0, 1)
      .map(({ call }) => errorClass(call)),
    asksUser(steps) ? askFunction(flow, baseUrl) : '',
    stepsCode(steps, variant),
    closingLine(flow),
  )
}

/** Removes the tokens that the client sends itself, and the outputs that only they need. */
function withoutSession(steps: FlowStep[]): FlowStep[] {
  const strip = (step: FlowStep): FlowStep => {
    if (step.kind !== 'call') return step
    const { Authorization: authorization = null, ...headers } = step.call.headers
    const isSession = variablesIn(authorization).some((name) => /token$/i.test(name))
    const call = isSession ? { ...step.call, headers } : step.call
    return { ...step, call, onSuccess: step.onSuccess.map(strip) }
  }
  const stripped = steps.map(strip)
  const used = new Set(callsOf(stripped).flatMap(({ call }) => variablesOf(call)))
  for (const step of callsOf(stripped))
    step.outputs = step.outputs.filter(({ variable }) => used.has(variable))
  return stripped
}

/** Variables of each program. */
const reservedNames = ['baseUrl', 'clientWithKey', 'ask']

/** Renames the steps after the results of their calls, because a result has the name of its step. */
function nameResults(steps: FlowStep[], reserved: string[]): FlowStep[] {
  const variables = callsOf(steps).flatMap(({ outputs }) => outputs.map(({ variable }) => variable))
  const taken = new Set([...reserved, ...variables, ...questionsOf(steps)])
  const rename = (step: FlowStep): FlowStep => {
    if (step.kind !== 'call') return step
    const thing = thingIn(step)
    const id = thing === undefined || taken.has(thing) ? `${step.id}Result` : thing
    taken.add(id)
    return { ...step, id, onSuccess: step.onSuccess.map(rename) }
  }
  return steps.map(rename)
}

/** Lists the variables that hold answers of the user. */
const questionsOf = (steps: FlowStep[]): string[] =>
  steps.flatMap((step) => {
    if (step.kind === 'ask') return [step.variable]
    return step.kind === 'call' ? questionsOf(step.onSuccess) : []
  })

/** Names the contents of a response, such as `user`, `tokens` or `apiKeys`. */
function thingIn({ call: { operationId, result } }: CallStep): string | undefined {
  if (result.kind === 'value' && result.name !== 'data') return result.name
  if (result.kind === 'properties' && result.names.every((name) => /token$/i.test(name))) return 'tokens'
  const [, first = '', rest = ''] = /^(?:get|list)([A-Z])(\w+)$/.exec(operationId) ?? []
  return first === '' ? undefined : first.toLowerCase() + rest
}

const throwError = (id: string) => `throw new ApiError(${id}.response, ${id}.error.error);`

const stepsCode = (steps: FlowStep[], variant: string): string =>
  steps.map((step) => stepCode(step, variant)).join('\n\n')

function stepCode(step: FlowStep, variant: string): string {
  if (step.kind === 'note') return `// ${step.text}`
  if (step.kind === 'ask')
    return `const ${step.variable} = await ask(${JSON.stringify(`${step.question}: `)});`
  const { id, tolerated } = step
  const request = requestCode(step, variant)
  const result = outputCode(step)
  if (!tolerated) return [request, `if (${id}.error) ${throwError(id)}`, ...result].join('\n')
  const { status, message } = tolerated
  const rescue = [
    `if (${id}.response.status !== ${status}) ${throwError(id)}`,
    `console.log(${JSON.stringify(message)});`,
  ].join('\n')
  const rest = [...result, ...step.onSuccess.map((next) => stepCode(next, variant))].join('\n')
  return `${request}\nif (${id}.error) {\n${indent(rescue)}\n}${rest && ` else {\n${indent(rest)}\n}`}`
}

/** Writes a call. The client sends its session itself, but an API key needs another client. */
function requestCode({ id, call }: CallStep, variant: string): string {
  const { Authorization: authorization = null, ...headers } = call.headers
  const [key] = variablesIn(authorization)
  const expression = (client: string) =>
    `const ${id} = await ${clientExpression({ ...call, headers }, client, (value) => toTypeScript(value, 0))};`
  if (key === undefined) return expression(variant)
  const keyClient = `const clientWithKey = ${factoryName(variant)}({ baseUrl, apiKey: ${key} });`
  return `${keyClient}\n${expression('clientWithKey')}`
}

/** Reads the outputs, or prints the result of a GET without outputs. */
function outputCode(step: CallStep): string[] {
  const { id, outputs } = step
  if (outputs.length > 0) return [`const ${destructure(outputs)} = ${id}.data;`]
  return isPrinted(step) ? [`console.log(${id}.data);`] : []
}
