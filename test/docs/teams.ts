import { type Catalog, createCatalog } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'

/** The catalog of one contract of a user, which has the features that are difficult to show. */
export async function teamsCatalog(): Promise<Catalog> {
  return createCatalog([contractApi('teams', await loadContractFile(new URL('teams.yaml', import.meta.url)))])
}
