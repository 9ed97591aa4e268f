/** Tokens and keys that responses have returned. They are kept in memory only. */
export interface Found {
  /** The property, such as `accessToken`. */
  name: string
  value: string
}

/** Finds the tokens in the body of a response: properties such as `accessToken` or `session.token`. */
export function findTokens(text: string): Found[] {
  const found = new Map<string, Found>()
  walk(parse(text), (name, value) => {
    if (/^(?:(?:access|refresh)_?)?token$/i.test(name) && !found.has(name)) found.set(name, { name, value })
  })
  return [...found.values()]
}

/** Returns the token that authorizes calls. */
export const accessTokenOf = (tokens: readonly Found[]): string | undefined =>
  tokens.find(({ name }) => !isRefreshToken(name))?.value

const isRefreshToken = (name: string) => /^refresh/i.test(name)

/** Finds keys in the body of a response that look like an example: same prefix, same length. */
export function findKeys(text: string, example: string): string[] {
  const keys: string[] = []
  walk(parse(text), (_, value) => {
    if (value.startsWith(prefixOf(example)) && value.length === example.length) keys.push(value)
  })
  return keys
}

/** Returns the letters at the start of a key, up to the last separator, such as `pk_`. */
export const prefixOf = (key: string): string => /^[a-z]+(?:[-_][a-z]+)*[-_]/.exec(key)?.[0] ?? ''

/** Finds the URLs of this origin in the body of a response, such as the page of a simulated provider. */
export function findLinks(text: string): Found[] {
  const links: Found[] = []
  walk(parse(text), (name, value) => {
    if (isOwnUrl(value)) links.push({ name, value })
  })
  return links
}

/** Tells whether a text is a URL of this origin. */
export const isOwnUrl = (text: string): boolean =>
  URL.canParse(text) && new URL(text).origin === location.origin

/** Replaces the refresh token in a body. Access tokens are sent in headers. */
export function withRefreshToken(body: unknown, tokens: readonly Found[]): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  const known = tokens.filter(({ name }) => isRefreshToken(name) && name in body)
  return { ...body, ...Object.fromEntries(known.map(({ name, value }) => [name, value])) }
}

function walk(node: unknown, visit: (name: string, value: string) => void): void {
  if (typeof node !== 'object' || node === null) return
  for (const [name, value] of Object.entries(node)) {
    if (typeof value === 'string') visit(name, value)
    else walk(value, visit)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
