import type { z } from '@hono/zod-openapi'
import type { zDecideConsentRequest } from '../../../generated/_dev/schemas.ts'
import type { ConsentList, DecidedConsent } from '../../../generated/_dev/types.ts'
import { sleep } from '../../common/sleep.ts'
import { canonicalEmail } from '../../core/emails.ts'
import { accountFor, noteOf, type Simulator } from '../simulator/index.ts'
import { type Outcome, withEmail } from '../simulator/outcomes.ts'
import { ControlError } from './errors.ts'

export function listConsents(simulator: Simulator | null): ConsentList {
  const { accounts = [], pending = () => [] } = simulator ?? {}
  return {
    consents: pending().map(({ id, provider, redirectUri, scope, state = null }) => ({
      id,
      provider,
      redirectUri,
      scope,
      state,
    })),
    accounts: accounts.map((account) => {
      const { subject, name, email, emailVerified } = account
      return { subject, name, email, emailVerified, note: noteOf(account) ?? null }
    }),
  }
}

/**
 * Decides a pending consent.
 * @throws {ControlError} invalidRequest, notFound
 */
export async function decideConsent(
  simulator: Simulator | null,
  { consent, delayMs = 0, ...answer }: z.output<typeof zDecideConsentRequest>,
): Promise<DecidedConsent> {
  const isPending = simulator?.pending().some(({ id, state }) => id === consent || state === consent)
  if (!simulator || !isPending) throw new ControlError('notFound', `No pending consent ${consent}`)
  const redirectTo = simulator.decide(consent, await toOutcome(simulator, answer))
  if (redirectTo === undefined) throw new ControlError('notFound', `No pending consent ${consent}`)
  await sleep(delayMs)
  return { redirectTo }
}

type Answer = Omit<z.output<typeof zDecideConsentRequest>, 'consent' | 'delayMs'>

async function toOutcome(
  simulator: Simulator,
  { decision, account, error, ...report }: Answer,
): Promise<Outcome> {
  if (decision === 'deny') return { error: 'access_denied' }
  if (decision === 'fail') {
    if (error === undefined) throw new ControlError('invalidRequest', 'error is required to fail')
    return { error }
  }
  if (account === undefined) throw new ControlError('invalidRequest', 'account is required to approve')
  return { account: withEmail(await accountOf(simulator, account), report) }
}

async function accountOf(simulator: Simulator, account: string) {
  const listed = simulator.accounts.find(({ subject, email }) => subject === account || email === account)
  if (listed) return listed
  if (canonicalEmail(account) !== undefined) return accountFor(account)
  throw new ControlError('notFound', `Unknown account ${account}. Send an email to simulate a new account`)
}
