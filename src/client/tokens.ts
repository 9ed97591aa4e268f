/** What a session is remembered by. Opaque to the caller: keep it whole, and read nothing out of it. */
export interface Tokens {
  accessToken: string
  /** Only where the API renews by refresh token. */
  refreshToken?: string
  /** Label that the client gives a session when it begins; refreshed tokens keep it. */
  session?: string
}

/** Where a client keeps the tokens of its session: in memory unless you supply another place. */
export interface TokenStore {
  get(): Tokens | undefined | Promise<Tokens | undefined>
  set(tokens: Tokens): void | Promise<void>
  clear(): void | Promise<void>
}

/** Keeps tokens in this page (or process) only: gone on reload, unreachable for other tabs. */
export const memoryTokens = (initial?: Tokens): TokenStore => {
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
 * Keeps tokens in `localStorage` or `sessionStorage` under `key`.
 * What stands there but cannot be read counts as "nobody is signed in".
 * @throws what the storage throws, such as `QuotaExceededError`
 */
export const storageTokens = (
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  key: string,
): TokenStore => ({
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
})

/** A credential that no answer changes, such as an API key. */
export const staticToken = (accessToken: string): TokenStore => ({
  get: () => ({ accessToken }),
  set() {},
  clear() {},
})
