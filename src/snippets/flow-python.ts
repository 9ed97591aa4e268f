import { pythonErrorClass } from './api-error.ts'
import type { CallStep, Flow, FlowStep } from './flow.ts'
import { argumentsOf, closingText, type FlowFunction, functionsOf, isPrinted } from './functions.ts'
import { indent, paragraphs } from './text.ts'
import { toPython, toSnakeCase, toUpperCase, type Value, variablesIn } from './values.ts'

/** Writes a flow as Python with `requests`: a client class with a method for each operation, and calls. */
export function pythonFlow(flow: Flow, baseUrl: string, variant: string): string {
  const functions = functionsOf(flow.steps)
  const key = flow.projectKey
  const inputs = flow.inputs.map(({ name, value }) =>
    value === undefined
      ? `${toSnakeCase(name)} = uuid4().hex[:8]  # different in each run`
      : `${toSnakeCase(name)} = ${toPython(value, 0)}`,
  )
  const needsRandom = flow.inputs.some(({ value }) => value === undefined)
  const hasPathParameters = functions.some(({ parameters }) =>
    parameters.some(({ part }) => part === 'pathParameters'),
  )
  const closing = closingText(flow)
  const className = `${variant.charAt(0).toUpperCase()}${variant.slice(1)}Client`
  const imports = [
    ...(hasPathParameters ? ['from urllib.parse import quote'] : []),
    ...(needsRandom ? ['from uuid import uuid4'] : []),
  ]
  return `${paragraphs(
    `"""${flow.summary}"""`,
    imports.join('\n'),
    'import requests',
    [
      `BASE_URL = ${JSON.stringify(baseUrl)}`,
      ...(key ? [`${toUpperCase(key.name)} = ${JSON.stringify(key.value)}`] : []),
    ].join('\n'),
    ...functions.slice(0, 1).map(({ call }) => `\n${pythonErrorClass(call)}`),
    `\nclass ${className}:\n${indent(callMethod(functions), '    ')}\n\n${functions
      .map((each) => indent(methodCode(each), '    '))
      .join('\n\n')}`,
    `\n${inputs.join('\n')}`,
    `api = ${className}()\n${flow.steps.map((step) => stepCode(step, flow, functions, baseUrl)).join('\n')}`,
    closing === undefined ? '' : `print(${JSON.stringify(closing)})`,
  )}\n`
}

/** The method that all others use. */
function callMethod([first]: FlowFunction[]): string {
  const [credential] = first?.call.credentials ?? []
  const headers = credential?.header
    ? `{${JSON.stringify(credential.header[0])}: ${toUpperCase(credential.constant.name)}}`
    : '{}'
  return `def __init__(self, base_url=BASE_URL):
    self.base_url = base_url

def get_headers(self, access_token):
    headers = ${headers}
    if access_token:
        headers["Authorization"] = f"Bearer {access_token}"
    return headers

def call(self, method, path, access_token=None, **options):
    headers = self.get_headers(access_token)
    response = requests.request(method, self.base_url + path, headers=headers, timeout=10, **options)
    if not response.ok:
        raise ApiError(response)
    return response.json() if response.content else None`
}

function methodCode({ call, parameters }: FlowFunction): string {
  const names = ['self', ...parameters.map(({ name }) => toSnakeCase(name))]
  let isTemplate = false
  const path = call.path.replace(/\{([^}]+)\}/g, (_, key: string) => {
    const value = call.pathParameters[key] ?? ''
    if (variablesIn(value).length === 0) return String(value)
    isTemplate = true
    return `{quote(${toPython(value, 0)}, safe='')}`
  })
  const args = [
    JSON.stringify(call.method),
    `${isTemplate ? 'f' : ''}${JSON.stringify(path)}`,
    ...(call.headers.Authorization ? ['access_token=access_token'] : []),
    ...(Object.keys(call.query).length > 0 ? [`params=${toPython(call.query, 0)}`] : []),
    ...(call.body ? [`json=${toPython(call.body.value, 0)}`] : []),
  ]
  const oneLine = `return self.call(${args.join(', ')})`
  const body =
    oneLine.length <= 80 && !oneLine.includes('\n')
      ? oneLine
      : `return self.call(\n${indent(args.map((arg) => `${arg},`).join('\n'), '    ')}\n)`
  return `def ${toSnakeCase(call.operationId)}(${names.join(', ')}):\n${indent(body, '    ')}`
}

function stepCode(step: FlowStep, flow: Flow, functions: FlowFunction[], baseUrl: string): string {
  if (step.kind === 'note') return `# ${step.text}`
  if (step.kind === 'ask') {
    const hint = flow.isSandbox ? `# The sandbox shows its mails at ${baseUrl}/__dev/inbox\n` : ''
    return `${hint}${toSnakeCase(step.variable)} = input(${JSON.stringify(`${step.question}: `)}).strip()`
  }
  const code = callCode(step, functions)
  if (!step.tolerated) return code
  const { status, message } = step.tolerated
  const attempt = [code, ...step.onSuccess.map((next) => stepCode(next, flow, functions, baseUrl))].join('\n')
  const rescue = `if error.status != ${status}:\n    raise\nprint(${JSON.stringify(message)})`
  return `try:\n${indent(attempt, '    ')}\nexcept ApiError as error:\n${indent(rescue, '    ')}`
}

function callCode(step: CallStep, functions: FlowFunction[]): string {
  const { call, outputs } = step
  const target = functions.find((each) => each.call.operationId === call.operationId)
  const args = target ? argumentsOf(step, target).map((value: Value) => toPython(value, 0)) : []
  const expression = `api.${toSnakeCase(call.operationId)}(${args.join(', ')})`
  if (outputs.length === 0) return isPrinted(step) ? `print(${expression})` : expression
  const read = ({ variable, path }: CallStep['outputs'][number]) =>
    `${toSnakeCase(variable)} = result${path.map((name) => `[${JSON.stringify(name)}]`).join('')}`
  return [`result = ${expression}`, ...outputs.map(read)].join('\n')
}
