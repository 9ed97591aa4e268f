import { AuthError } from './errors.ts'
import type { AuthEventName, Core, RequestMeta } from './ports.ts'

/** The part of an event that is known before the use case runs. */
export interface AuditContext {
  name: AuthEventName
  realm: string
  requestMeta: RequestMeta
  userId?: string | null
}

/**
 * Runs a use case and records its outcome as exactly one event.
 * @param act receives `setUserId`, to be called as soon as the user is known, so that failures name the user,
 *   too
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
    const isRejected = error instanceof AuthError
    record({
      ...event(),
      outcome: isRejected ? 'refused' : 'failed',
      reason: isRejected ? error.code : null,
    })
    throw error
  }
}
