import type { Api } from '../catalog/api.ts'
import type { Contract } from '../conformance/contract/contract.ts'
import { loadContract, toContract } from '../conformance/contract/load.ts'
import { memoize } from './memoize.ts'

/** Reads the contract of an API for tests, but not from the files of a user, which can have changed. */
export async function readContract({ name, contract, locate, readDocument }: Api): Promise<Contract> {
  if (!locate) return loadContract(contract, name)
  return toContract({ document: await readDocument(), locate, shown: name }, name)
}

/** Returns the contract of an API, to judge requests and responses by it. */
export const contractOf = memoize(readContract)
