import { textOf, type Value, variableText } from './values.ts'

/**
 * Turns a payload or parameter of a workflow into a value: runtime expressions of inputs and outputs become
 * variables (Arazzo 1.0, section 4.7).
 * @param outputs the variables of outputs, by `step.output`
 */
export function resolveExpressions(node: unknown, outputs: Map<string, string>): Value {
  if (typeof node === 'string') return resolveText(node, outputs)
  if (Array.isArray(node)) return node.map((item) => resolveExpressions(item, outputs))
  if (typeof node !== 'object' || node === null) return node as Value
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, resolveExpressions(value, outputs)]),
  )
}

function resolveText(text: string, outputs: Map<string, string>): Value {
  const whole = text.startsWith('$') ? toVariable(text, outputs) : undefined
  if (whole !== undefined) return variableText(whole)
  const parts = text.split(/\{(\$[^}]+)\}/)
  if (parts.length === 1) return text
  const all = parts.map((part, index) =>
    index % 2 === 0 ? part : { variable: toVariable(part, outputs) ?? part },
  )
  return textOf(all.filter((part) => part !== ''))
}

function toVariable(expression: string, outputs: Map<string, string>): string | undefined {
  const [, input] = /^\$inputs\.(\w+)$/.exec(expression) ?? []
  if (input !== undefined) return input
  const [, step, output] = /^\$steps\.(\w+)\.outputs\.(\w+)$/.exec(expression) ?? []
  return outputs.get(`${step}.${output}`)
}
