import { UserError } from '../common/user-error.ts'

/** Returns the origin of the page, also of a simulated one in a test; undefined for a page without a URL. */
export function pageOrigin(): string | undefined {
  const origin = globalThis.location?.origin
  return origin?.startsWith('http') ? origin : undefined
}

/**
 * Resolves a base URL against the page, and removes trailing slashes.
 * @throws {UserError} when the URL is invalid, or relative outside of a page
 */
export function toAbsoluteUrl(baseUrl: string): string {
  const page = pageOrigin()
  const url = URL.canParse(baseUrl, page) ? new URL(baseUrl, page) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw new UserError(
      `baseUrl: ${JSON.stringify(baseUrl)} is not the base URL of an API, such as https://api.example.com.`,
    )
  return url.href.replace(/\/+$/, '')
}
