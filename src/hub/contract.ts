import type { Api } from '../catalog/api.ts'
import { loadContract } from '../conformance/contract/load.ts'
import { memoize } from './memoize.ts'

/** Loads the contract of an API, to judge requests and responses by it. */
export const contractOf = memoize((api: Api) => loadContract(api.contract, api.name))
