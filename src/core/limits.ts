import { AuthError, type AuthErrorCode, isAuthError } from './errors.ts'
import type { Allowance, Core, RequestMeta } from './ports.ts'
import { StoreUnavailableError } from './store.ts'

/**
 * Counts one call against a rate limit.
 * @param name the name of the limit
 * @param key identifies the caller
 * @param code the code of the error
 * @returns the state of the limit, for headers; null if the rules have no such limit
 * @throws {AuthError} `code`, with details.allowance and details.retryAfterSeconds
 */
export async function consume(
  { limiter, rules }: Pick<Core, 'limiter' | 'rules'>,
  name: string,
  key: string,
  code: AuthErrorCode = 'rateLimited',
): Promise<Allowance | null> {
  const limit = rules.limits[name]
  if (!limit) return null
  const allowance = await limiter.consume(name, key, limit)
  if (!allowance.allowed) throw tooMany(code, allowance)
  return allowance
}

/**
 * Runs an action, and counts it against a rate limit if it succeeds. It is counted before it runs, so that
 * concurrent calls cannot exceed the limit, and refunded if it fails.
 * @param name the name of the limit
 * @param key identifies the caller
 * @throws {AuthError} rateLimited; any error of the action
 */
export async function countSuccess<Result>(
  core: Pick<Core, 'limiter' | 'rules'>,
  name: string,
  key: string,
  action: () => Promise<Result>,
): Promise<Result> {
  const allowance = await consume(core, name, key)
  try {
    return await action()
  } catch (error) {
    if (allowance) await bestEffort(() => core.limiter.refund(name, key))
    throw error
  }
}

/**
 * Rejects a caller that has reached the limit, without counting the call.
 * @throws {AuthError} rateLimited
 */
export async function assertNotLimited(
  { limiter, rules }: Pick<Core, 'limiter' | 'rules'>,
  name: string,
  key: string,
): Promise<void> {
  const limit = rules.limits[name]
  if (!limit) return
  const allowance = await limiter.peek(name, key, limit)
  if (!allowance.allowed) throw tooMany('rateLimited', allowance)
}

function tooMany(code: AuthErrorCode, allowance: Allowance) {
  return new AuthError(code, { allowance, retryAfterSeconds: allowance.retryAfterSeconds })
}

/** Returns the key that calls from one network share. Clients without an IP address share one key. */
export function ipKey({ ip }: RequestMeta): string {
  return ip === null ? '' : networkOf(ip)
}

/** Returns the key of an email, whether or not it has an account. */
export function emailKey(realm: string, email: string): string {
  return `${realm} ${email}`
}

/**
 * Checks a password or code within the failure budget of an account, which all operations that check
 * passwords share. The attempt is counted before it runs, so that concurrent guesses cannot exceed the
 * budget, and refunded unless the guess was wrong. Success clears the budget. Attackers cannot lock the owner
 * out (ASVS 6.1.1): each network from which the owner has signed in has a separate budget, and passkeys,
 * resets and sessions are not limited. A further budget counts the failures of one network at all accounts.
 * @param account.email canonical
 * @throws {AuthError} rateLimited, tooManyFailures, accountLocked, and whatever the attempt throws
 */
export async function withinFailureBudget<Result>(
  core: Pick<Core, 'limiter' | 'rules' | 'store'>,
  { realm, email, requestMeta }: { realm: string; email: string; requestMeta: RequestMeta },
  attempt: () => Promise<Result>,
): Promise<Result> {
  const { account, pair } = failureKeys(realm, email, requestMeta)
  const counted: [name: string, key: string][] = []
  const count = async (name: string, key: string, code: AuthErrorCode) => {
    await consume(core, name, key, code)
    counted.push([name, key])
  }
  try {
    // Password spraying: few guesses at each of many accounts. Unknown clients are not one client.
    if (requestMeta.ip !== null) await count('failuresByClient', ipKey(requestMeta), 'rateLimited')
    await count('failuresByAddress', pair, 'tooManyFailures')
    await count('failuresByAccount', pair, 'accountLocked')
    await count('failuresByAccount', account, 'accountLocked').catch(async (error) => {
      if (
        !isAuthError(error, 'accountLocked') ||
        !(await isKnownNetwork(core, { realm, email, requestMeta }))
      )
        throw error
    })
    const result = await attempt()
    // The success of one account does not clear the failures of a client at others.
    if (requestMeta.ip !== null)
      await bestEffort(() => core.limiter.refund('failuresByClient', ipKey(requestMeta)))
    await clearFailures(core, { realm, email, requestMeta })
    return result
  } catch (error) {
    if (!isAuthError(error, 'invalidCredentials', 'wrongPassword', 'invalidMfaCode'))
      for (const [name, key] of counted) await bestEffort(() => core.limiter.refund(name, key))
    throw error
  }
}

/** Clears the failure budget of an account whose owner has authenticated. */
export async function clearFailures(
  { limiter }: Pick<Core, 'limiter'>,
  { realm, email, requestMeta }: { realm: string; email: string; requestMeta: RequestMeta },
): Promise<void> {
  const { account, pair } = failureKeys(realm, email, requestMeta)
  await bestEffort(async () => {
    await limiter.clear('failuresByAccount', account)
    await limiter.clear('failuresByAccount', pair)
    await limiter.clear('failuresByAddress', pair)
  })
}

/**
 * Corrects a count after the outcome of a request is decided: an outage must not turn a committed write into
 * an error.
 */
async function bestEffort(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error
  }
}

function failureKeys(realm: string, email: string, requestMeta: RequestMeta) {
  const account = emailKey(realm, email)
  return { account, pair: `${account} ${ipKey(requestMeta)}` }
}

/** More than a user normally has, including the sessions that ended within the last week. */
const maxSessions = 100

/**
 * Tells whether the owner has a session from this network. Runs the same queries for unknown accounts: no
 * timing oracle.
 */
async function isKnownNetwork(
  { store }: Pick<Core, 'store'>,
  { realm, email, requestMeta }: { realm: string; email: string; requestMeta: RequestMeta },
): Promise<boolean> {
  if (requestMeta.ip === null) return false
  const user = await store.find('users', { realm, email })
  const sessions = await store.list(
    'sessions',
    { userId: user?.id ?? '' },
    { orderBy: 'createdAt', descending: true, limit: maxSessions },
  )
  const here = networkOf(requestMeta.ip)
  return sessions.some(({ ip }) => ip !== null && networkOf(ip) === here)
}

/**
 * Returns the network of a subscriber in canonical form: an IPv4 address, or the /64 prefix of an IPv6
 * address. IPv4-mapped IPv6 addresses (`::ffff:192.0.2.1`) become IPv4 addresses.
 */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip
  const url = `http://[${ip.replace(/%.*$/, '')}]`
  if (!URL.canParse(url)) return ip
  const [head = '', tail] = new URL(url).hostname.slice(1, -1).split('::')
  const before = head.split(':').filter(Boolean)
  const after = (tail ?? '').split(':').filter(Boolean)
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after]
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') {
    const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16))
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  }
  return `${groups.slice(0, 4).join(':')}::/64`
}
