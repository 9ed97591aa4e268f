import { html } from 'hono/html'
import { codeInAllLanguages } from '../guides/code.ts'
import type { Document } from '../openapi/document.ts'
import { findEndpoint } from '../openapi/operations.ts'
import type { FlowDocument } from '../snippets/index.ts'
import { copyButton } from '../ui/copyable.ts'
import type { Html, Page } from '../ui/page.ts'
import { codeBlocks } from './code-tabs.ts'
import { consoleLink } from './console-link.ts'
import type { DocsContext } from './context.ts'
import { controlsPath } from './controls.ts'
import { renderLayout } from './layout.ts'
import { journeysPath, operationUrl, referencePath } from './paths.ts'
import { readControls } from './summary.ts'
import { guideTexts } from './texts/guides.ts'
import { pageTexts } from './texts/index.ts'

type Flow = FlowDocument['workflows'][number]
type FlowStep = Flow['steps'][number]

/** Renders the flows of an API, step by step. */
export async function renderJourneys(context: DocsContext): Promise<Page> {
  const { variant, flows, url } = context
  const path = journeysPath(variant)
  const texts = pageTexts('en')
  const contracts: Contracts = {
    api: { document: context.document, reference: url(path, referencePath(variant)) },
    controls: { document: await readControls(), reference: url(path, controlsPath) },
  }
  return renderLayout(context, {
    path,
    language: 'en',
    title: texts.journeys,
    main: html`<h1>${texts.journeys}</h1>
<p class="lead">How a user moves through several operations. The tests of this project run every journey against the server.
Names in braces stand for values: <code>{password}</code> is an input, and <code>{signUp.accessToken}</code> comes from the step
<code>signUp</code>.</p>
${flows.workflows.map((flow) => journey(flow, context, contracts))}`,
    menu: {
      title: texts.journeys,
      links: flows.workflows.map(({ workflowId }) => ({
        label: titleOf(workflowId),
        path: `#${workflowId}`,
      })),
    },
  })
}

/** The contracts whose operations the steps call, with the URLs of their references. */
type Contracts = Record<'api' | 'controls', { document: Document; reference: string }>

/**
 * Spells an id as a title.
 * @example
 * titleOf('signUpToSignOut') // 'Sign up to sign out'
 */
function titleOf(id: string): string {
  const words = id.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function journey({ workflowId, summary, steps }: Flow, context: DocsContext, contracts: Contracts): Html {
  return html`<h2 id="${workflowId}">${titleOf(workflowId)}</h2>
<p>${summary}</p>
<ol class="steps">
${steps.map(
  (each) => html`<li>${step(each, workflowId, context, contracts)}</li>
`,
)}</ol>
${codeBlocks(codeInAllLanguages({ ...context, flow: workflowId }), titleOf(workflowId), guideTexts.en)}
`
}

function step(
  {
    operationId,
    stepId,
    description,
    parameters = [],
    requestBody,
    successCriteria = [],
    outputs = {},
  }: FlowStep,
  workflowId: string,
  context: DocsContext,
  contracts: Contracts,
): Html {
  const id = operationId.split('.').at(-1) ?? operationId
  const isControl = operationId.startsWith('$sourceDescriptions.controls.')
  const { document, reference } = isControl ? contracts.controls : contracts.api
  const endpoint = findEndpoint(document, id)
  const summary = endpoint?.operation.summary ?? id
  return html`<h3 id="${workflowId}-${stepId}"><a href="${operationUrl(reference, document, id)}">${summary}</a></h3>
<p><code>${endpoint?.method.toUpperCase()} ${endpoint?.path}</code>${isControl ? ' (a control of the sandbox)' : consoleLink(context, id, 'en')}</p>
${description && html`<p>${description}</p>`}
<dl>
${parameters.length > 0 ? entry('Sends', html`${parameters.map(parameter)}`) : ''}${
  requestBody?.payload === undefined
    ? ''
    : entry('Body', copyButton(readable(JSON.stringify(requestBody.payload, null, 2)), `body of ${stepId}`))
}${entry('Expects', html`${successCriteria.map(({ condition }) => html`<p>${conditionText(condition)}</p>`)}`)}${
  Object.keys(outputs).length > 0
    ? entry(
        'Keeps',
        html`${Object.keys(outputs).map((name) => html`<p><code>{${stepId}.${name}}</code></p>`)}`,
      )
    : ''
}</dl>`
}

const parameter = ({ name, in: location, value }: NonNullable<FlowStep['parameters']>[number]): Html =>
  html`<p><code>${name}: ${readable(String(value))}</code>${location === 'header' ? '' : ` in the ${location}`}</p>`

const entry = (name: string, value: Html): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`

/** Shortens the runtime expressions of Arazzo: `$inputs.run` and `{$inputs.run}` become `{run}`. */
function readable(text: string): string {
  return text
    .replace(/\{?\$inputs\.(\w+)\}?/g, '{$1}')
    .replace(/\{?\$steps\.(\w+)\.outputs\.(\w+)\}?/g, '{$1.$2}')
}

/** Words a condition. */
function conditionText(condition: string): Html {
  const [, status] = /^\$statusCode == (\d{3})$/.exec(condition) ?? []
  if (status) return html`Status <code>${status}</code>`
  const [, pointer = '', operator = '', value = ''] =
    /^\$response\.body#(\S+) (==|!=) (.+)$/.exec(condition) ?? []
  const words: Record<string, string> = { '==': 'is', '!=': 'is not' }
  if (pointer)
    return html`<code>${pointer.slice(1).replaceAll('/', '.')}</code> ${words[operator]} <code>${readable(value)}</code>`
  return html`<code>${readable(condition)}</code>`
}
