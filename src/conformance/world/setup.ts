import type { RequestParts } from '../packs/example-request.ts'
import type { Stage } from './stage.ts'

/** The example that a setup prepares. */
export interface ExampleInfo {
  operationId: string
  name: string
  /** The status of its response. */
  status: number
}

/** Brings a server into the state that an example needs. */
export interface Setup {
  /** Whether it changes state that all tests share, such as the clock. */
  isExclusive?: boolean
  /** Whether the response does not depend on the people of the example, so that none are created. */
  needsNoPeople?: boolean
  /** Returns the parts of the request that differ. */
  run: (stage: Stage, parts: RequestParts, example: ExampleInfo) => Promise<Partial<RequestParts> | undefined>
}
