import { errorClass } from './api-error.ts'
import { fetchExpression, readErrorBody } from './fetch.ts'
import type { CallStep, Flow, FlowStep } from './flow.ts'
import { askFunction, closingLine, declareInputs, destructure, readlineImport } from './flow-typescript.ts'
import { argumentsOf, asksUser, type FlowFunction, functionsOf, isPrinted } from './functions.ts'
import { declareConstants, indent, paragraphs } from './text.ts'
import { toTypeScript, toUpperCase, type Value, variablesIn } from './values.ts'

/** Writes a flow as TypeScript with `fetch`: one function for each operation, and the calls of the flow. */
export function fetchFlow(flow: Flow, baseUrl: string): string {
  const functions = functionsOf(flow.steps)
  const asks = asksUser(flow.steps)
  return paragraphs(
    `// ${flow.summary}`,
    asks ? readlineImport : '',
    [
      `const BASE_URL = ${JSON.stringify(baseUrl)};`,
      ...(flow.projectKey ? [declareConstants([flow.projectKey])] : []),
      ...declareInputs(flow.inputs),
    ].join('\n'),
    ...functions.slice(0, 1).map(({ call }) => errorClass(call)),
    checkFunction,
    ...functions.map((each) => functionCode(each, flow)),
    asks ? askFunction(flow, baseUrl) : '',
    stepsCode(flow.steps, functions),
    closingLine(flow),
  )
}

const checkFunction = `async function assertOk(response: Response) {
  if (response.ok) return;
  ${readErrorBody}
  throw new ApiError(response, body?.error);
}`

function functionCode({ call, parameters }: FlowFunction, { projectKey }: Flow): string {
  const isConstant = (name: string) => name === projectKey?.name
  const write = (value: Value, depth = 0) =>
    toTypeScript(value, depth, (name) => (isConstant(name) ? toUpperCase(name) : name))
  const path = call.path.replace(/\{([^}]+)\}/g, (_, key: string) => {
    const value = call.pathParameters[key] ?? ''
    return variablesIn(value).length > 0 ? `\${encodeURIComponent(${write(value)})}` : String(value)
  })
  const query =
    Object.keys(call.query).length > 0 ? `?\${new URLSearchParams(${inline(write(call.query))})}` : ''
  const lines = [
    `const response = ${fetchExpression(call, `\`\${BASE_URL}${path}${query}\``, write)};`,
    'await assertOk(response);',
    ...(call.result.kind === 'none' ? [] : ['return response.json();']),
  ]
  const list = parameters.map(({ name }) => `${name}: string`).join(', ')
  return `async function ${call.operationId}(${list}) {\n${indent(lines.join('\n'))}\n}`
}

const inline = (code: string) => code.replace(/,\n\}/, ' }').replace(/\s+/g, ' ')

function stepsCode(steps: FlowStep[], functions: FlowFunction[]): string {
  return steps.map((step) => stepCode(step, functions)).join('\n')
}

function stepCode(step: FlowStep, functions: FlowFunction[]): string {
  if (step.kind === 'note') return `// ${step.text}`
  if (step.kind === 'ask')
    return `const ${step.variable} = await ask(${JSON.stringify(`${step.question}: `)});`
  const code = callCode(step, functions)
  if (!step.tolerated) return code
  const { status, message } = step.tolerated
  const attempt = [code, stepsCode(step.onSuccess, functions)].filter((part) => part !== '').join('\n')
  const rescue = [
    `if (!(error instanceof ApiError) || error.status !== ${status}) throw error;`,
    `console.log(${JSON.stringify(message)});`,
  ].join('\n')
  return `try {\n${indent(attempt)}\n} catch (error) {\n${indent(rescue)}\n}`
}

function callCode(step: CallStep, functions: FlowFunction[]): string {
  const { call, outputs } = step
  const target = functions.find((each) => each.call.operationId === call.operationId)
  const args = target ? argumentsOf(step, target).map((value) => toTypeScript(value, 0)) : []
  const expression = `await ${call.operationId}(${args.join(', ')})`
  if (outputs.length > 0) return `const ${destructure(outputs)} = ${expression};`
  return isPrinted(step) ? `console.log(${expression});` : `${expression};`
}
