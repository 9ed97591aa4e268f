/** The tokens of a session. Store the object as a whole. */
export interface Tokens {
  accessToken: string
  /** Undefined if the API has no refresh tokens. */
  refreshToken?: string
  /** An id that the client gives to a new session. Refreshed tokens keep it. */
  session?: string
}

/** Stores the tokens of a client's session. */
export interface TokenStore {
  get(): Tokens | undefined | Promise<Tokens | undefined>
  set(tokens: Tokens): void | Promise<void>
  clear(): void | Promise<void>
}

/**
 * Creates a store in memory. Tokens are lost on reload, and not shared with other tabs.
 * @example
 * ```ts
 * const client = createBkendClient({ baseUrl, apiKey, tokens: memoryTokens({ accessToken, refreshToken }) })
 * ```
 */
export function memoryTokens(initial?: Tokens): TokenStore {
  let tokens = initial
  return {
    get: () => tokens,
    set(next) {
      tokens = next
    },
    clear() {
      tokens = undefined
    },
  }
}

/**
 * Creates a store in `localStorage` or `sessionStorage`. An unreadable value, or a storage that does not work
 * (on a server, for example), counts as signed out.
 * @param storage the storage, which may be missing while the app renders on a server
 * @param key the key of the tokens in the storage
 * @throws {TypeError} if tokens are stored, and the storage does not work; other errors, such as
 * `QuotaExceededError`, come from the storage
 * @example
 * ```ts
 * const tokens = storageTokens(localStorage, 'session')
 * const client = createBkendClient({ baseUrl, apiKey, tokens, lock: webLock('session') })
 * ```
 */
export function storageTokens(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined,
  key: string,
): TokenStore {
  return {
    get() {
      try {
        const tokens: Partial<Tokens> | null = JSON.parse(storage?.getItem(key) ?? 'null')
        return typeof tokens?.accessToken === 'string'
          ? { ...tokens, accessToken: tokens.accessToken }
          : undefined
      } catch {
        return undefined
      }
    },
    set(tokens) {
      // Node 25 has an empty object as `localStorage` unless it runs with `--localstorage-file`.
      if (typeof storage?.setItem !== 'function')
        throw new TypeError('Tokens cannot be stored: the storage of storageTokens() is not a Web Storage.')
      storage.setItem(key, JSON.stringify(tokens))
    },
    clear: () => storage?.removeItem?.(key),
  }
}

/** Creates a store for a credential that never changes, such as an API key. */
export function staticToken(accessToken: string): TokenStore {
  return { get: () => ({ accessToken }), set() {}, clear() {} }
}
