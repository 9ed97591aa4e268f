import type { Call } from '../../http/input.ts'
import { countByAddress } from '../limits.ts'
import type { Services } from '../variant.ts'
import { limitedByAddress } from './rules.ts'

/**
 * Counts a call before anything in it is looked at.
 * @throws {AuthError} rateLimited
 */
export const countCall = (services: Services, call: Call) => countByAddress(services, call, limitedByAddress)
