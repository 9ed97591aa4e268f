import { throwUnknown } from '../common/unknown-name.ts'
import type { FlowDocument, Step, Workflow } from './arazzo.ts'
import { type Call, exampleCall, findOperation, type SnippetDocument } from './call.ts'
import type { Constant } from './credentials.ts'
import { resolveExpressions } from './expressions.ts'
import { variablesOf } from './functions.ts'
import { isText, type Text, type Value, variablesIn, variableText } from './values.ts'

/** A program that makes the calls of an Arazzo workflow. */
export interface Flow {
  summary: string
  isSandbox: boolean
  /** The key that the API demands of its clients. */
  projectKey: Constant | undefined
  inputs: Input[]
  steps: FlowStep[]
}

/** An input of the workflow, or a text made of inputs. Without a value, each run creates one. */
export interface Input {
  name: string
  value: Value | undefined
}

export type FlowStep = CallStep | AskStep | NoteStep

/** A call whose values refer to inputs and to outputs of earlier steps. */
export interface CallStep {
  kind: 'call'
  id: string
  call: Call
  /** The outputs that later steps use. */
  outputs: Output[]
  /** The error after which the program skips the steps of `onSuccess`. */
  tolerated?: { status: number; message: string }
  onSuccess: FlowStep[]
}

export interface Output {
  variable: string
  /** The property names that lead to the value in the response. */
  path: string[]
}

/** Asks the user for a value, such as the token in a mail. */
export interface AskStep {
  kind: 'ask'
  id: string
  question: string
  variable: string
}

/** Says in a comment which call fails from then on. */
export interface NoteStep {
  kind: 'note'
  id: string
  text: string
}

/**
 * Builds the program of a workflow.
 * @throws {UserError} if the workflow does not exist
 */
export function buildFlow(
  document: SnippetDocument,
  { workflows }: FlowDocument,
  id: string,
  isSandbox: boolean,
): Flow {
  const workflow = workflows.find(({ workflowId }) => workflowId === id)
  const names = workflows.map(({ workflowId }) => workflowId)
  if (!workflow) throwUnknown('flow', id, names)
  const variables = nameOutputs(workflow)
  const steps = workflow.steps.map((step) => toFlowStep(document, step, variables, isSandbox))
  const calls = steps.filter((step) => step.kind === 'call')
  const texts = hoistTexts(calls)
  const used = new Set([...calls.flatMap(({ call }) => variablesOf(call)), ...variablesIn(texts)])
  for (const call of calls) call.outputs = call.outputs.filter(({ variable }) => used.has(variable))
  return {
    summary: workflow.summary ?? '',
    isSandbox,
    projectKey: calls.find(({ call }) => call.projectKey)?.call.projectKey,
    inputs: [
      ...Object.entries(workflow.inputs?.properties ?? {})
        .map(([name, { default: value }]) => ({ name, value }))
        .filter(({ name }) => used.has(name)),
      ...Object.entries(texts).map(([name, value]) => ({ name, value })),
    ],
    steps: nestSkipped(workflow, steps),
  }
}

/** Gives the composed emails of all bodies a variable, because a program repeats them. */
function hoistTexts(calls: CallStep[]): Record<string, Text> {
  const texts: Record<string, Text> = {}
  for (const { call } of calls) {
    const { email } = (call.body?.value ?? {}) as { email?: Value }
    if (!call.body || !isText(email) || email.$text.length === 1) continue
    texts.email = email
    call.body = { ...call.body, value: { ...(call.body.value as object), email: variableText('email') } }
  }
  return texts
}

/** Names a variable for each output, by `step.output`. A name that is taken gets the prefix `new`. */
function nameOutputs({ steps }: Workflow): Map<string, string> {
  const names = new Map<string, string>()
  for (const { stepId, outputs = {} } of steps)
    for (const output of Object.keys(outputs)) {
      const upper = output.charAt(0).toUpperCase() + output.slice(1)
      const isTaken = (name: string) => [...names.values()].includes(name)
      const free = [output, `new${upper}`].find((name) => !isTaken(name))
      names.set(`${stepId}.${output}`, free ?? `${stepId}${upper}`)
    }
  return names
}

function toFlowStep(
  document: SnippetDocument,
  step: Step,
  variables: Map<string, string>,
  isSandbox: boolean,
): FlowStep {
  const { stepId: id, operationId, description = '', parameters = [], requestBody } = step
  const outputs = Object.entries(step.outputs ?? {}).map(([name, expression]) => ({
    variable: variables.get(`${id}.${name}`) ?? name,
    path: expression.replace('$response.body#/', '').split('/'),
  }))
  // Only the user can do what the development controls do here.
  if (operationId.startsWith('$sourceDescriptions.'))
    return { kind: 'ask', id, question: description, variable: outputs[0]?.variable ?? 'answer' }
  const status = statusIn(step.successCriteria)
  if (status >= 400) return { kind: 'note', id, text: `${description} (${operationId}: ${status})` }
  const example = exampleCall(document, findOperation(document, operationId), isSandbox)
  const credentials = example.credentials.filter(({ purpose }) => purpose === 'project')
  const valuesIn = (location: string): Record<string, Value> =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === location)
        .filter(({ name }) => !credentials.some(({ header }) => header?.[0] === name))
        .map(({ name, value }) => [name, resolveExpressions(value, variables)] as const),
    )
  const { body, ...rest } = example
  return {
    kind: 'call',
    id,
    call: {
      ...rest,
      credentials,
      pathParameters: valuesIn('path'),
      query: valuesIn('query'),
      headers: valuesIn('header'),
      cookies: valuesIn('cookie'),
      ...(body &&
        requestBody && { body: { ...body, value: resolveExpressions(requestBody.payload, variables) } }),
    },
    outputs,
    onSuccess: [],
  }
}

const statusIn = (criteria: { condition: string }[] = []): number =>
  Number(criteria.map(({ condition }) => /\$statusCode == (\d+)/.exec(condition)?.[1]).find(Boolean) ?? 200)

/** Moves the steps that a failure skips into the step that can fail. */
function nestSkipped(workflow: Workflow, steps: FlowStep[]): FlowStep[] {
  const result: FlowStep[] = []
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]
    if (!step) break
    result.push(step)
    const [action] = workflow.steps[index]?.onFailure ?? []
    const target = steps.findIndex(({ id }) => id === action?.stepId)
    if (step.kind !== 'call' || !action || target < 0) continue
    step.tolerated = { status: statusIn(action.criteria), message: toSentence(action.name) }
    step.onSuccess = steps.slice(index + 1, target)
    index = target - 1
  }
  return result
}

/** Turns the name of an action, such as `userExistsAlready`, into a sentence. */
function toSentence(name: string): string {
  const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
