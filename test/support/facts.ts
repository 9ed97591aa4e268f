import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AuthRules } from '../../src/client/auth.ts'
import type { Setups } from '../server/cases.ts'

/**
 * Facts about an API that the tests of all APIs need, and that its contract, rules and adapters do not have.
 * They are in `test/variants/<name>/facts.ts`. All are optional.
 */
export interface ApiFacts {
  /** The URL of the frontend in the examples, used in mailed links and redirects. */
  webUrl?: string
  /** Emails of the seeded users who cannot sign in: disabled, unverified, or without password and provider. */
  refusedUsers?: string[]
  /**
   * Setups of contract cases that need more than their unchanged request and the seeded data, by `operationId
   * name`, or by the name alone. All other cases are sent without a setup.
   */
  caseSetups?: Setups
  /** The body of the response to a request that is not HTTP. */
  badRequest?: object
  /** The rules of the typed client, and the codes of errors that mean something to it. */
  client?: {
    rules: AuthRules<string>
    /** Of an expired or invalid token, of a failed renewal, and of a deleted or deactivated account. Sorted. */
    errors: Record<'expired' | 'ended' | 'gone', string[]>
  }
  /** The status and code of errors before a handler runs. For an API whose errors have no code, the message. */
  httpErrors?: Record<HttpErrorName, [status: number, code: string]>
}

type HttpErrorName =
  | 'notFound'
  | 'methodNotAllowed'
  | 'malformedJson'
  | 'wrongMediaType'
  | 'missingPassword'
  | 'tooLarge'
  | 'internalError'
  | 'notImplemented'
  | 'unavailable'

/** Returns the facts about an API. */
export async function factsOf(name: string): Promise<ApiFacts> {
  const file = join(import.meta.dirname, '../variants', name, 'facts.ts')
  return existsSync(file) ? ((await import(file)) as { facts: ApiFacts }).facts : {}
}
