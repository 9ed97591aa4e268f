import type { VariantName } from '../../generated/index.ts'
import { loadMock } from './mocks.ts'

export interface Mock {
  fetch: (request: Request) => Promise<Response>
}

export interface MockOptions {
  /** Where the contract's paths are mounted, such as `/mock/example`. At the root by default. */
  basePath?: string
  /** Receives each rejected request and the reasons, for a developer to read. Standard error by default. */
  log?: (text: string) => void
}

/**
 * Makes a mock of one API to call in process: what `auth-contracts mock` serves.
 */
export function createMock(variant: VariantName, options: MockOptions = {}): Promise<Mock> {
  return loadMock(variant, options)
}
