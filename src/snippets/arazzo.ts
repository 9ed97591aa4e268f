import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'

/** The parts of an Arazzo document (1.0) that code is generated from. */
export interface FlowDocument {
  workflows: Workflow[]
}

export interface Workflow {
  workflowId: string
  summary?: string
  inputs?: { properties?: Record<string, { default?: string; description?: string }> }
  steps: Step[]
}

export interface Step {
  stepId: string
  description?: string
  /** An operation of the contract, or `$sourceDescriptions.controls.…` for what the user does. */
  operationId: string
  parameters?: { name: string; in: 'path' | 'query' | 'header'; value: string }[]
  requestBody?: { payload: unknown }
  successCriteria?: { condition: string }[]
  outputs?: Record<string, string>
  onFailure?: { name: string; type: string; stepId?: string; criteria?: { condition: string }[] }[]
}

/** Reads the flows of an API: its Arazzo workflows. An API without any has an empty list. */
export async function loadFlows(variant: string): Promise<FlowDocument> {
  const url = new URL(`../../openapi/${variant}/flows.arazzo.yaml`, import.meta.url)
  const text = await readFile(url, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return 'workflows: []'
    throw error
  })
  return parse(text)
}
