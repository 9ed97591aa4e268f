/**
 * The tables that only this API has. They are stored like all others (`src/storage/schema.ts`), but the core
 * does not use them.
 */
declare module '../../core/tables.ts' {
  interface Tables {
    workOrders: WorkOrder
    feedback: Feedback
  }
}

export interface WorkOrder {
  id: string
  projectId: string
  title: string
  status: string
  deliverableType: string | null
  phase: { id: string; name: string } | null
  feature: { id: string; name: string } | null
  assignees: { id: string; name: string; avatarUrl: string | null }[]
  sortOrder: number
  createdAt: number
  updatedAt: number
}

export interface Feedback {
  id: string
  projectId: string
  /** Not a foreign key: feedback outlives its API key. */
  apiKeyId: string
  status: string
  data: Record<string, unknown>
  createdAt: number
}
