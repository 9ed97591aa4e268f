import type { VariantName } from '../../generated/index.ts'
import { builtInCatalog } from '../catalog/built-in.ts'
import { contractApi } from '../catalog/contract-api.ts'
import { assertNodeVersion } from '../common/node-version.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { loadContractFile } from '../contract-files/load.ts'
import { loadMock } from './mocks.ts'

export interface Mock {
  fetch: (request: Request) => Promise<Response>
}

export interface MockOptions {
  /** The path before that of the contract's server, such as `/mock/example`. None by default. */
  basePath?: string
  /** Receives a readable report of each rejected request. Standard error by default. */
  log?: (text: string) => void
  /** The range of a random delay of each response in milliseconds. No delay by default. */
  delay?: [min: number, max: number]
}

/**
 * Creates the mock of an API to call in process. `auth-contracts mock` serves the same mock.
 * @param api the name of an API of this package, or the path or URL of another OpenAPI document
 * @throws {UserError} when the name is unknown, the document is not usable, or this Node version is too old
 * @example
 * const mock = await createMock({ contract: './openapi.yaml' })
 * const response = await mock.fetch(new Request('http://mock/v1/members'))
 */
export async function createMock(
  api: VariantName | { contract: string | URL },
  options: MockOptions = {},
): Promise<Mock> {
  assertNodeVersion()
  if (typeof api === 'object') {
    const file = await loadContractFile(api.contract)
    const own = contractApi('mock', file)
    return loadMock(own, { ...options, name: file.shown, basePath: (options.basePath ?? '') + own.basePath })
  }
  const catalog = builtInCatalog()
  return loadMock(catalog.find(api) ?? throwUnknown('API', api, catalog.names), options)
}
