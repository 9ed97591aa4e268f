/** The parts of an Arazzo 1.0 document that the flows of this project use. */
export interface FlowDocument {
  workflows: Flow[]
}

/** A workflow: a journey of a user through several operations. */
export interface Flow {
  workflowId: string
  summary: string
  steps: FlowStep[]
}

export interface FlowStep {
  stepId: string
  /** The id of an operation, which an expression such as `$sourceDescriptions.controls.` may precede. */
  operationId: string
  description?: string
  parameters?: { name: string; in: string; value: unknown }[]
  requestBody?: { contentType?: string; payload?: unknown }
  successCriteria?: { condition: string }[]
  outputs?: Record<string, string>
}
