/** The tokens of a session. Opaque: store the whole object, and do not interpret it. */
export interface Tokens {
  accessToken: string
  /** Only if the API has refresh tokens. */
  refreshToken?: string
  /** A label that the client gives a new session; refreshed tokens keep it. */
  session?: string
}

/** Where a client keeps the tokens of its session. */
export interface TokenStore {
  get(): Tokens | undefined | Promise<Tokens | undefined>
  set(tokens: Tokens): void | Promise<void>
  clear(): void | Promise<void>
}

/** Keeps tokens in memory: they are lost on reload, and not shared with other tabs. */
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
 * Keeps tokens in `localStorage` or `sessionStorage` under `key`. An unreadable value counts as signed out.
 * @throws the errors of the storage, such as `QuotaExceededError`
 */
export function storageTokens(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  key: string,
): TokenStore {
  return {
    get() {
      try {
        const tokens: Partial<Tokens> | null = JSON.parse(storage.getItem(key) ?? 'null')
        return typeof tokens?.accessToken === 'string'
          ? { ...tokens, accessToken: tokens.accessToken }
          : undefined
      } catch {
        return undefined
      }
    },
    set: (tokens) => storage.setItem(key, JSON.stringify(tokens)),
    clear: () => storage.removeItem(key),
  }
}

/** A credential that no response changes, such as an API key. */
export function staticToken(accessToken: string): TokenStore {
  return { get: () => ({ accessToken }), set() {}, clear() {} }
}
