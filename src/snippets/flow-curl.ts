import { curlCommand, quoteDouble, quoteSingle } from './curl.ts'
import type { CallStep, Flow, FlowStep } from './flow.ts'
import { closingText } from './functions.ts'
import { indent, paragraphs } from './text.ts'
import { isText, toSnakeCase, toUpperCase, type Value } from './values.ts'

/** Writes a flow as a Bash script with `curl` and `jq`. */
export function curlFlow(flow: Flow, baseUrl: string): string {
  const key = flow.projectKey
  const constants = [
    `BASE_URL=${quoteSingle(baseUrl)}`,
    ...(key ? [`${toUpperCase(key.name)}=${quoteSingle(key.value)}`] : []),
    ...flow.inputs.map(({ name, value }) => `${toSnakeCase(name)}=${inputValue(value)}`),
  ]
  const closing = closingText(flow)
  return paragraphs(
    `#!/usr/bin/env bash\n# ${flow.summary} Needs curl and jq.`,
    'set -euo pipefail',
    constants.join('\n'),
    flow.steps.map((step) => stepCode(step, flow, baseUrl)).join('\n\n'),
    closing === undefined ? '' : `echo ${quoteSingle(closing)}`,
  )
}

function inputValue(value: Value | undefined): string {
  if (value === undefined) return '$(date +%s)$RANDOM # different in each run'
  return isText(value) ? quoteDouble(value, toSnakeCase) : quoteSingle(String(value))
}

function stepCode(step: FlowStep, flow: Flow, baseUrl: string): string {
  if (step.kind === 'note') return `# ${step.text}`
  if (step.kind === 'ask') {
    const hint = flow.isSandbox ? `# The sandbox shows its mails at ${baseUrl}/__dev/inbox\n` : ''
    // Not `read -p`, which shows the question in terminals only.
    return `${hint}printf ${quoteSingle(`${step.question}: `)}\nread -r ${toSnakeCase(step.variable)}`
  }
  const { call, outputs, tolerated } = step
  const comment = `# ${call.summary}`
  const spell = (name: string) => (name === flow.projectKey?.name ? toUpperCase(name) : toSnakeCase(name))
  const command = (options: string) => curlCommand(call, '$BASE_URL', options, spell)
  if (tolerated) {
    const { status, message } = tolerated
    const rest = [...outputs.map(readOutput), ...step.onSuccess.map((next) => stepCode(next, flow, baseUrl))]
    const branches = [
      `if [ "$status" = ${status} ]; then\n  echo ${quoteSingle(message)}`,
      'elif [ "$status" -ge 400 ]; then\n  echo "$response" >&2\n  exit 1',
      ...(rest.length > 0 ? [`else\n${indent(rest.join('\n'))}`] : []),
      'fi',
    ]
    return [
      comment,
      `response=$(${command(`-sS -w '\\n%{http_code}' `)})`,
      `status=\${response##*$'\\n'} response=\${response%$'\\n'*}`,
      ...branches,
    ].join('\n')
  }
  if (outputs.length > 0)
    return [comment, `response=$(${command('-sS --fail-with-body ')})`, ...outputs.map(readOutput)].join('\n')
  return `${comment}\n${command('-sS --fail-with-body ')}${hasResult(step) ? '\necho' : ''}`
}

const hasResult = ({ call }: CallStep) => call.result.kind !== 'none'

const readOutput = ({ variable, path }: CallStep['outputs'][number]) =>
  `${toSnakeCase(variable)}=$(jq -r '.${path.join('.')}' <<< "$response")`
