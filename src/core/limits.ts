import { AuthError, type AuthErrorCode, isRefusal } from './errors.ts'
import type { Allowance, Client, Core } from './ports.ts'

/**
 * Takes one from the limit of that name in the rules.
 * @returns where the limit stands, for headers; null where there is none
 * @throws {AuthError} rateLimited, or the code given, with details.allowance and details.retryAfterSeconds
 */
export const spend = async (
  { limiter, rules }: Pick<Core, 'limiter' | 'rules'>,
  name: string,
  key: string,
  code: AuthErrorCode = 'rateLimited',
): Promise<Allowance | null> => {
  const limit = rules.limits[name]
  if (!limit) return null
  const allowance = await limiter.take(name, key, limit)
  if (!allowance.allowed) throw tooMany(code, allowance)
  return allowance
}

/** Like `spend`, without taking. */
export const requireRoom = async (
  { limiter, rules }: Pick<Core, 'limiter' | 'rules'>,
  name: string,
  key: string,
): Promise<void> => {
  const limit = rules.limits[name]
  if (!limit) return
  const allowance = await limiter.look(name, key, limit)
  if (!allowance.allowed) throw tooMany('rateLimited', allowance)
}

const tooMany = (code: AuthErrorCode, allowance: Allowance) =>
  new AuthError(code, { allowance, retryAfterSeconds: allowance.retryAfterSeconds })

/** The name of a client in counters. Clients without an address share one counter. */
export const addressKey = ({ address }: Client): string => (address === null ? '' : networkOf(address))

/** The counter of a mailbox, whether or not it has an account. */
export const emailKey = (realm: string, email: string): string => `${realm} ${email}`

/**
 * Lets an attempt at a password or code happen within the failure budget of an account. There is one budget, whichever
 * operation checks the password. It is taken from before the attempt, so that parallel guesses cannot pass it, and given
 * back unless the guess was wrong; success clears it. When strangers have used it up, networks from which the owner has been
 * signed in still have as much each; and neither passkeys, resets nor sessions ask for it. So nobody can be locked out by
 * others (ASVS 6.1.1).
 * @param email canonical
 * @throws {AuthError} tooManyFailures, accountLocked, and what the attempt throws
 */
export const withinFailureBudget = async <Result>(
  core: Pick<Core, 'limiter' | 'rules' | 'store'>,
  { realm, email, client }: { realm: string; email: string; client: Client },
  attempt: () => Promise<Result>,
): Promise<Result> => {
  const { account, pair } = failureKeys(realm, email, client)
  const taken: [name: string, key: string][] = []
  const take = async (name: string, key: string, code: AuthErrorCode) => {
    await spend(core, name, key, code)
    taken.push([name, key])
  }
  try {
    await take('failuresByAddress', pair, 'tooManyFailures')
    await take('failuresByAccount', pair, 'accountLocked')
    await take('failuresByAccount', account, 'accountLocked').catch(async (error) => {
      if (!isRefusal(error, 'accountLocked') || !(await isWhereOwnerWas(core, { realm, email, client })))
        throw error
    })
    const result = await attempt()
    await clearFailures(core, { realm, email, client })
    return result
  } catch (error) {
    if (!isRefusal(error, 'invalidCredentials', 'wrongPassword', 'invalidMfaCode'))
      for (const [name, key] of taken) await core.limiter.giveBack(name, key)
    throw error
  }
}

/** After the owner has proven to be the owner. */
export const clearFailures = async (
  { limiter }: Pick<Core, 'limiter'>,
  { realm, email, client }: { realm: string; email: string; client: Client },
): Promise<void> => {
  const { account, pair } = failureKeys(realm, email, client)
  await limiter.clear('failuresByAccount', account)
  await limiter.clear('failuresByAccount', pair)
  await limiter.clear('failuresByAddress', pair)
}

const failureKeys = (realm: string, email: string, client: Client) => {
  const account = emailKey(realm, email)
  return { account, pair: `${account} ${addressKey(client)}` }
}

/** More sessions than somebody has in the week for which ended ones are kept. */
const sessionsLookedAt = 100

/** The same questions for those who have no account. */
const isWhereOwnerWas = async (
  { store }: Pick<Core, 'store'>,
  { realm, email, client }: { realm: string; email: string; client: Client },
): Promise<boolean> => {
  if (client.address === null) return false
  const user = await store.find('users', { realm, email })
  const sessions = await store.list(
    'sessions',
    { userId: user?.id ?? '' },
    { orderBy: 'createdAt', descending: true, limit: sessionsLookedAt },
  )
  const here = networkOf(client.address)
  return sessions.some(({ address }) => address !== null && networkOf(address) === here)
}

/**
 * What one subscriber has: an IPv4 address, or the first 64 bits of an IPv6 address, in one spelling. An IPv4 address
 * inside IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
 */
export const networkOf = (address: string): string => {
  if (!address.includes(':')) return address
  const url = `http://[${address.replace(/%.*$/, '')}]`
  if (!URL.canParse(url)) return address
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
