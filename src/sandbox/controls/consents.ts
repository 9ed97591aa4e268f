import type { z } from '@hono/zod-openapi'
import type { zDecideConsentRequest } from '../../../generated/_dev/schemas.ts'
import type { ConsentList, DecidedConsent } from '../../../generated/_dev/types.ts'
import { canonicalEmail } from '../../core/emails.ts'
import { accountFor, type Simulator } from '../simulator/index.ts'
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
    accounts: accounts.map(({ subject, name, email, emailVerified, note = null }) => ({
      subject,
      name,
      email,
      emailVerified,
      note,
    })),
  }
}

/**
 * Approves or denies a pending consent.
 * @throws {ControlError} invalidRequest, notFound
 */
export async function decideConsent(
  simulator: Simulator | null,
  { consent, decision, account, emailVerified }: z.output<typeof zDecideConsentRequest>,
): Promise<DecidedConsent> {
  const isPending = simulator?.pending().some(({ id, state }) => id === consent || state === consent)
  if (!simulator || !isPending) throw new ControlError('notFound', `No pending consent ${consent}`)
  const chosen = decision === 'approve' ? await accountOf(simulator, account, emailVerified) : null
  const redirectTo = simulator.decide(consent, chosen)
  if (redirectTo === undefined) throw new ControlError('notFound', `No pending consent ${consent}`)
  return { redirectTo }
}

async function accountOf(simulator: Simulator, account: string | undefined, emailVerified: boolean) {
  if (account === undefined) throw new ControlError('invalidRequest', 'account is required to approve')
  const listed = simulator.accounts.find(({ subject, email }) => subject === account || email === account)
  if (listed) return listed
  if (canonicalEmail(account) !== undefined) return accountFor(account, emailVerified)
  throw new ControlError('notFound', `Unknown account ${account}. Send an email to simulate a new account`)
}
