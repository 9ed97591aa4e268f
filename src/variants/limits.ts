import { addressKey, consume } from '../core/limits.ts'
import type { Allowance } from '../core/ports.ts'
import type { Call } from '../http/input.ts'
import type { Services } from './variant.ts'

/**
 * Counts a call by where it comes from, if its operation is limited in that way, before anything in it is looked at.
 * @param limited operations that have a limit of their own name
 * @returns null where there is no limit
 * @throws {AuthError} rateLimited
 */
export const countByAddress = async (
  { core, clientOf }: Pick<Services, 'core' | 'clientOf'>,
  { operationId, request }: Call,
  limited: readonly string[],
): Promise<Allowance | null> =>
  limited.includes(operationId) ? consume(core, operationId, addressKey(clientOf(request))) : null
