/** The state of a rate limit after a call. */
export interface Allowance {
  allowed: boolean
  limit: number
  remaining: number
  /** End of the window in milliseconds since 1970. */
  resetAt: number
  /** Whole seconds until the end of the window, at least 1. */
  retryAfterSeconds: number
}

/** The name of a rate limit, and the key that it counts, such as an IP address. */
export type CountedKey = readonly [limit: string, key: string]

/** The rate limits of an API, by name. Their numbers are in the rules of the core. */
export interface RateLimits<C extends object = object> {
  /** The limit that counts all calls of an operation by IP address, by operationId. */
  byIp?: Readonly<Record<string, string>>
  /** The limit that counts calls with missing or invalid credentials by IP address. */
  byIpWithoutCredentials?: string
  /** The limits that count calls with valid credentials. A call that exceeds one of them is not counted. */
  byCaller?: (caller: Partial<C>, operationId: string) => readonly CountedKey[]
  /** Returns the response headers that report a limit, by lower-case name. Omit it if the API has none. */
  headers?: (allowance: Allowance) => Record<string, string>
  /** Statuses whose responses have no rate limit headers. */
  statusesWithoutHeaders?: readonly number[]
}

/** The port that counts calls. */
export interface CallCounter {
  /** @returns null if the limit is not configured */
  consume: (...count: CountedKey) => Promise<Allowance | null>
  refund: (...count: CountedKey) => Promise<void>
  /** Returns the key that counts for an IP address: the /64 network of an IPv6 address. */
  ipKey: (ip: string | null) => string
}

export interface RateLimiting<C extends object = object> {
  limits: RateLimits<C>
  counter: CallCounter
}
