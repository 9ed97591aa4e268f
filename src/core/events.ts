import { AuthError } from './errors.ts'
import type { AuthEventName, Core, RequestMeta } from './ports.ts'

export interface AuditContext {
  name: AuthEventName
  realm: string
  requestMeta: RequestMeta
  userId?: string | null
}

/**
 * Does something, and records once what came of it.
 * @param act is given a function that names the user as soon as it is known who that is
 */
export async function audited<Result>(
  { record, now }: Pick<Core, 'record' | 'now'>,
  { name, realm, requestMeta, userId = null }: AuditContext,
  act: (setUserId: (userId: string) => void) => Promise<Result>,
): Promise<Result> {
  let knownUserId = userId
  const event = () => ({ name, at: now(), realm, userId: knownUserId, ip: requestMeta.ip })
  try {
    const result = await act((userId) => {
      knownUserId = userId
    })
    record({ ...event(), outcome: 'succeeded', reason: null })
    return result
  } catch (error) {
    const isRefused = error instanceof AuthError
    record({
      ...event(),
      outcome: isRefused ? 'refused' : 'failed',
      reason: isRefused ? error.code : null,
    })
    throw error
  }
}
