const secretHeaders = new Set(['authorization', 'x-api-key', 'cookie', 'set-cookie', 'proxy-authorization'])

/** Keeps the scheme and the first characters of a credential, so that a reader can tell which one it is. */
export function maskHeader(name: string, value: string): string {
  if (!secretHeaders.has(name.toLowerCase())) return value
  return value.replace(/([\w-]{6})[\w.~+/=-]{6,}/g, '$1***')
}
