import { contractUrl, type VariantName } from '../../generated/index.ts'
import { loadContract } from '../conformance/contract/load.ts'
import { memoize } from './memoize.ts'

/** Loads the contract of an API, to judge requests and responses by it. */
export const contractOf = memoize((variant: VariantName) => loadContract(contractUrl(variant), variant))
