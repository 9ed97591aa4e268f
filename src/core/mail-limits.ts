import { AuthError, isAuthError } from './errors.ts'
import { consume, emailKey, ipKey } from './limits.ts'
import type { Allowance, Core, RequestMeta } from './ports.ts'
import type { MailReserve } from './rules.ts'

/** A mail to count. */
interface RequestedMail {
  /** Recipients have separate limits for each purpose. */
  purpose: string
  realm: string
  /** Canonical. */
  email: string
  requestMeta: RequestMeta
}

type Limited = Pick<Core, 'limiter' | 'rules'>

/**
 * Counts a mail against the limits of the client that requests it and of its recipient, whether or not the
 * recipient has an account. The client comes first: once it has reached its limit, it cannot use up the mails
 * of a recipient.
 * @returns whether a mail may be sent
 * @throws {AuthError} rateLimited, if the client has requested too many mails; tooManyMails, if the recipient
 *   has got too many and `rules.mail.overLimit` is `reject`
 */
export async function consumeMailLimits(core: Limited, mail: RequestedMail): Promise<boolean> {
  await consume(core, 'mailsByClient', ipKey(mail.requestMeta))
  try {
    await consumeRecipientLimits(core, mail, 'tooManyMails')
  } catch (error) {
    if (core.rules.mail.overLimit === 'reject' || !isAuthError(error, 'tooManyMails')) throw error
    return false
  }
  return true
}

/**
 * Counts a mail against the limit of all mails together.
 * @param options.hasRecipient if false, counts on a separate counter instead, so that the response time
 *   reveals nothing
 * @returns whether a mail may be sent
 */
export async function consumeTotalMailLimit(
  core: Limited & Pick<Core, 'warn'>,
  options: { hasRecipient: boolean; requestMeta: RequestMeta },
): Promise<boolean> {
  const allowance = await consumeTotal(core, options)
  return allowance === null || allowance.allowed
}

/**
 * Counts a mail against all limits, for senders who have to know whether it is sent.
 * @param consumeOthers counts against further limits, after that of the client and before those of the mail
 * @throws {AuthError} rateLimited; any error of `consumeOthers`
 */
export async function consumeAllMailLimits(
  core: Limited & Pick<Core, 'warn'>,
  mail: RequestedMail,
  consumeOthers: () => Promise<unknown>,
): Promise<void> {
  await consume(core, 'mailsByClient', ipKey(mail.requestMeta))
  await consumeOthers()
  await consumeRecipientLimits(core, mail, 'rateLimited')
  const allowance = await consumeTotal(core, { hasRecipient: true, requestMeta: mail.requestMeta })
  if (allowance && !allowance.allowed)
    throw new AuthError('rateLimited', { allowance, retryAfterSeconds: allowance.retryAfterSeconds })
}

async function consumeRecipientLimits(
  core: Limited,
  { purpose, realm, email }: RequestedMail,
  code: 'rateLimited' | 'tooManyMails',
): Promise<void> {
  const key = `${purpose} ${emailKey(realm, email)}`
  await consume(core, 'mailPause', key, code)
  await consume(core, 'mailsByRecipient', key, code)
}

/**
 * Counts a mail against `mailsInTotal`. Clients that have requested many mails reach the limit earlier, which
 * leaves the reserve to the others.
 * @returns null if there is no limit
 */
async function consumeTotal(
  core: Limited & Pick<Core, 'warn'>,
  { hasRecipient, requestMeta }: { hasRecipient: boolean; requestMeta: RequestMeta },
): Promise<Allowance | null> {
  const { limits, mail } = core.rules
  const limit = limits.mailsInTotal
  if (!limit) return null
  const shared = limit.max - Math.floor(limit.max * mail.reserve.share)
  const max = (await mayUseReserve(core, mail.reserve, requestMeta)) ? limit.max : shared
  const key = hasRecipient ? '' : 'unknown recipients'
  const allowance = await core.limiter.consume('mailsInTotal', key, { ...limit, max })
  // The count is unique in its window, so that each warning is written once, by one of all servers.
  const count = allowance.limit - allowance.remaining
  if (allowance.allowed && hasRecipient && (count === limit.max || count === shared))
    core.warn(totalWarning(count, { ...limit, mailsPerClient: mail.reserve.mailsPerClient }))
  return allowance
}

/** Tells whether a client has requested few mails, including the one that is being counted. */
async function mayUseReserve(
  { limiter, rules }: Limited,
  { mailsPerClient }: MailReserve,
  requestMeta: RequestMeta,
): Promise<boolean> {
  const limit = rules.limits.mailsByClient
  if (!limit) return true
  const { limit: max, remaining } = await limiter.peek('mailsByClient', ipKey(requestMeta), limit)
  return max - remaining <= mailsPerClient
}

function totalWarning(
  count: number,
  { max, windowSeconds, mailsPerClient }: { max: number; windowSeconds: number; mailsPerClient: number },
): string {
  const period = `per ${windowSeconds} seconds (limits.mailsInTotal)`
  const state =
    count === max
      ? `All ${max} mails ${period} are used up: no requested mail is sent until the period ends.`
      : `${count} of ${max} mails ${period} are used up. The rest is reserved for clients that have requested at most ${mailsPerClient}.`
  return `${state} If the traffic is legitimate, raise limits.mailsInTotal in SETTINGS. Otherwise block the IP addresses in the audit lines of signUp, verificationRequest, passwordResetRequest and invitation.`
}
