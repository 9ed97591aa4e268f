import type { VariantName } from '../../generated/index.ts'
import { builtInCatalog } from '../catalog/built-in.ts'
import { assertNodeVersion } from '../common/node-version.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { loadMock } from './mocks.ts'

export interface Mock {
  fetch: (request: Request) => Promise<Response>
}

export interface MockOptions {
  /** The path prefix of the mock, such as `/mock/example`. None by default. */
  basePath?: string
  /** Receives a readable report of each rejected request. Standard error by default. */
  log?: (text: string) => void
  /** The range of a random delay of each response in milliseconds. No delay by default. */
  delay?: [min: number, max: number]
}

/**
 * Creates the mock of an API to call in process. `auth-contracts mock` serves the same mock.
 * @param variant the name of the API
 * @throws {UserError} when the name is unknown, or this Node version is too old
 * @example
 * const mock = await createMock(variant)
 * const response = await mock.fetch(new Request('http://mock/api/auth/me'))
 */
export async function createMock(variant: VariantName, options: MockOptions = {}): Promise<Mock> {
  assertNodeVersion()
  const catalog = builtInCatalog()
  return loadMock(catalog.find(variant) ?? throwUnknown('API', variant, catalog.names), options)
}
