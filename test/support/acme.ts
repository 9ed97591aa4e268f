import type { Api } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'

/** Reads a contract without a server and guides, as an API with this name. */
export async function acmeApi(name = 'acme-auth'): Promise<Api> {
  return contractApi(name, await loadContractFile(new URL('./acme.openapi.yaml', import.meta.url)))
}
