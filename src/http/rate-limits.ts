/** Where a rate limit stands after a call. */
export interface Allowance {
  allowed: boolean
  limit: number
  remaining: number
  /** End of the window, milliseconds since 1970. */
  resetAt: number
  /** Until the end of the window: whole seconds, at least 1. */
  retryAfterSeconds: number
}

/** A rate limit and who it is counted for. */
export type Count = readonly [limit: string, key: string]

/** Which calls of an API are counted, and what its responses say about it. */
export interface RateLimits<C extends object = object> {
  /** The limit that counts calls of an operation by IP address before anything else is looked at, by operationId. */
  byIp?: Readonly<Record<string, string>>
  /** The limit that counts calls with invalid credentials by IP address. */
  byIpWithoutCredentials?: string
  /** The limits that count calls with valid credentials. A call that one of them refuses is counted by none. */
  byCaller?: (caller: Partial<C>, operationId: string) => readonly Count[]
  /** The headers that report a limit, names in lower case; absent where the API sends none. */
  headers?: (allowance: Allowance) => Record<string, string>
  /** Statuses whose responses do not report it. */
  unreportedStatuses?: readonly number[]
}

/** Counts calls; the port behind `RateLimits`. */
export interface CallCounter {
  /** @returns null where no such limit is set */
  consume: (...count: Count) => Promise<Allowance | null>
  refund: (...count: Count) => Promise<void>
  /** The key of an IP address, such as the /64 network of an IPv6 address. */
  ipKey: (ip: string | null) => string
}

export interface RateLimiting<C extends object = object> {
  limits: RateLimits<C>
  counter: CallCounter
}
