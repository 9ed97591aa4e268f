import { UserError } from '../common/user-error.ts'

/**
 * Removes the slashes at the end of a base URL.
 * @throws {UserError} if paths cannot be appended to the URL, or if code would contain a password
 */
export function toBaseUrl(text: string): string {
  const url = URL.parse(text)
  if (url && (/[?#]/.test(text) || url.username !== '' || url.password !== ''))
    throw new UserError(
      'The base URL contains a query, a fragment or user info. Pass a URL such as https://api.example.com.',
    )
  return text.replace(/\/+$/, '')
}
