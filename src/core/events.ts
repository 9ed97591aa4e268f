import { AuthError } from './errors.ts'
import type { AuthEventName, Client, Core } from './ports.ts'

export interface Occasion {
  name: AuthEventName
  realm: string
  client: Client
  userId?: string | null
}

/**
 * Does something, and records once what came of it.
 * @param act is given a function that names the user as soon as it is known who that is
 */
export const recorded = async <Result>(
  { record, now }: Pick<Core, 'record' | 'now'>,
  { name, realm, client, userId = null }: Occasion,
  act: (concerns: (userId: string) => void) => Promise<Result>,
): Promise<Result> => {
  let who = userId
  const event = () => ({ name, at: now(), realm, userId: who, address: client.address })
  try {
    const result = await act((userId) => {
      who = userId
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
